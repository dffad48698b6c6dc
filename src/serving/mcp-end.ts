import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";

/** A server as transports see it: every server of the SDK is one. */
export interface McpEnd {
  connect(transport: Transport): Promise<void>;
  close(): Promise<void>;
}
