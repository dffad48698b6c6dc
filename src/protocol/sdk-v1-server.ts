import { Protocol } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  type Implementation,
  InitializeRequestSchema,
  LATEST_PROTOCOL_VERSION,
  type ServerCapabilities,
  type ServerNotification,
  type ServerRequest,
  type ServerResult,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";

/** What a server says of itself in answer to `initialize`. */
export interface Introduction {
  readonly serverInfo: Implementation;
  readonly capabilities: ServerCapabilities;
  readonly instructions: string;
}

/**
 * One client's end of the SDK's protocol, for a server that asks its client for nothing. The SDK's own `Server` could
 * ask, and for that brings a JSON Schema compiler with it, which takes as long to load as all of this product.
 */
export class SdkV1Server extends Protocol<ServerRequest, ServerNotification, ServerResult> {
  constructor({ capabilities, instructions, serverInfo }: Introduction) {
    super();
    this.setRequestHandler(InitializeRequestSchema, ({ params: { protocolVersion } }) => ({
      protocolVersion: SUPPORTED_PROTOCOL_VERSIONS.includes(protocolVersion)
        ? protocolVersion
        : LATEST_PROTOCOL_VERSION,
      capabilities,
      serverInfo,
      instructions,
    }));
  }

  sendResourceUpdated(uri: string): Promise<void> {
    return this.notification({ method: "notifications/resources/updated", params: { uri } });
  }

  // What is declared and what is handled stand side by side in sdk-v1.ts: there is nothing to check at run time.
  protected override assertCapabilityForMethod(): void {}
  protected override assertNotificationCapability(): void {}
  protected override assertRequestHandlerCapability(): void {}
  protected override assertTaskCapability(): void {}
  protected override assertTaskHandlerCapability(): void {}
}
