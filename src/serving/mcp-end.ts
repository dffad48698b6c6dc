import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";

/** A server as a pipe sees it. */
export interface McpEnd {
  connect(transport: Transport): Promise<void>;
  /** Resolves once what has come so far is in the hands of those who answer it. */
  loaded(): Promise<void>;
  close(): Promise<void>;
}
