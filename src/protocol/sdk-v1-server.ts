import {
  type AnyObjectSchema,
  getLiteralValue,
  getObjectShape,
  type SchemaOutput,
  safeParse,
} from "@modelcontextprotocol/sdk/server/zod-compat.js";
import { Protocol, type RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
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
import { z } from "zod";
import { faultOf } from "./fault.ts";
import { errorCodes, ProtocolError, wrongParams } from "./protocol-error.ts";

/** What a server says of itself in answer to `initialize`. */
export interface Introduction {
  readonly serverInfo: Implementation;
  readonly capabilities: ServerCapabilities;
  readonly instructions: string;
  /** Hears of a request that failed by a fault of this program, with its name and place. */
  readonly onFault: (fault: string) => void;
}

/**
 * One client's end of the SDK's protocol, for a server that asks its client for nothing. The SDK's own `Server` could
 * ask, and for that brings a JSON Schema compiler with it, which takes as long to load as all of this product.
 */
export class SdkV1Server extends Protocol<ServerRequest, ServerNotification, ServerResult> {
  readonly #onFault: (fault: string) => void;
  /** What was agreed on over this connection. Absent where nothing was, as in one request over stateless HTTP. */
  revision?: string;

  constructor({ capabilities, instructions, onFault, serverInfo }: Introduction) {
    super();
    this.#onFault = onFault;
    this.setRequestHandler(InitializeRequestSchema, ({ params: { protocolVersion } }) => {
      this.revision = SUPPORTED_PROTOCOL_VERSIONS.includes(protocolVersion)
        ? protocolVersion
        : LATEST_PROTOCOL_VERSION;
      return { protocolVersion: this.revision, capabilities, serverInfo, instructions };
    });
  }

  /**
   * The SDK's own answers parameters of a wrong form with its schema's findings as JSON, and as a fault of the server;
   * and a fault of the server with that fault's own words, which could hold anything.
   */
  override setRequestHandler<T extends AnyObjectSchema>(
    schema: T,
    handler: (
      request: SchemaOutput<T>,
      extra: RequestHandlerExtra<ServerRequest, ServerNotification>,
    ) => ServerResult | Promise<ServerResult>,
  ): void {
    super.setRequestHandler(namedOnly(schema), async (request, extra) => {
      const reading = safeParse(schema, request);
      if (!reading.success) throw wrongParams(reading.error);
      try {
        return await handler(reading.data, extra);
      } catch (thrown) {
        if (thrown instanceof ProtocolError || extra.signal.aborted) throw thrown;
        this.#onFault(faultOf(thrown));
        throw new ProtocolError(errorCodes.internal, "The request failed by a fault of this server.");
      }
    });
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

const named = new Map<unknown, z.ZodType>();

/** Takes every request of this schema's method. Made once: there is a server for each request over HTTP. */
function namedOnly(schema: AnyObjectSchema): z.ZodType {
  const { method } = getObjectShape(schema) ?? {};
  const name = method === undefined ? undefined : getLiteralValue(method);
  const known = named.get(name) ?? z.looseObject({ method: z.literal(String(name)) });
  named.set(name, known);
  return known;
}
