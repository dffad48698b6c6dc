import {
  type AnyObjectSchema,
  getLiteralValue,
  getObjectShape,
  type SchemaOutput,
  safeParse,
} from "@modelcontextprotocol/sdk/server/zod-compat.js";
import { Protocol, type RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  type JSONRPCRequest,
  PingRequestSchema,
  type ServerNotification,
  type ServerRequest,
  type ServerResult,
} from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../caller.ts";
import type { CallOrigin } from "../observer.ts";
import { faultOf } from "./fault.ts";
import { errorCodes, ProtocolError, wrongParams } from "./protocol-error.ts";

/** One client's connection, or over stateless HTTP one request of it. */
export interface Connection {
  /** Who asks: nothing of one caller is shown to another. Empty where there is only one, as on stdio. */
  readonly caller: Caller;
  /** Whether the server can send messages that answer no request, as it can on stdio. */
  readonly canNotify: boolean;
  /** What `initialize` agreed on. Absent where nothing was, as in one request over stateless HTTP. */
  revision?: string;
}

type Result = ServerResult | Promise<ServerResult>;
export type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Where a request came from. */
export function originOf(extra: Extra, { canNotify }: Pick<Connection, "canNotify">): CallOrigin {
  return {
    transport: canNotify ? "stdio" : "http",
    requestId: extra.requestId,
    meta: extra._meta,
    header: (name) => extra.requestInfo?.headers[name],
  };
}

/** Answers the requests of one method, whoever sends them. */
export type Answer = (request: JSONRPCRequest, extra: Extra, connection: Connection) => Result;

/** What answers requests, by their methods. Made once: over HTTP there is a server for each request. */
export type Answers = ReadonlyMap<string, Answer>;

/**
 * The entry of `Answers` for one method: `handler` gets its requests checked by the SDK's schema.
 * The answer throws ProtocolError where a request does not have that form.
 */
export function answerTo<T extends AnyObjectSchema>(
  schema: T,
  handler: (request: SchemaOutput<T>, extra: Extra, connection: Connection) => Result,
): readonly [method: string, Answer] {
  const { method } = getObjectShape(schema) ?? {};
  return [
    String(method === undefined ? undefined : getLiteralValue(method)),
    (given, extra, connection) => {
      const reading = safeParse(schema, given);
      if (!reading.success) throw wrongParams(reading.error);
      return handler(reading.data, extra, connection);
    },
  ];
}

export interface SdkV1ServerParts {
  readonly answers: Answers;
  readonly connection: Connection;
  /** Hears of a request that failed by a fault of this program, with its name and place. */
  readonly onFault: (fault: string) => void;
}

/**
 * One client's end of the SDK's protocol, for a server that asks its client for nothing. The SDK's own `Server` could
 * ask, and for that brings a JSON Schema compiler with it, which takes as long to load as all of this product.
 */
export class SdkV1Server extends Protocol<ServerRequest, ServerNotification, ServerResult> {
  constructor({ answers, connection, onFault }: SdkV1ServerParts) {
    super();
    const own = { ...connection };
    // As all others: the SDK's own handlers answer parameters of a wrong form as a fault of the server, and a fault of
    // the server with that fault's own words, which could hold anything.
    this.removeRequestHandler(PingRequestSchema.shape.method.value);
    this.fallbackRequestHandler = async (request, extra) => {
      const answer = answers.get(request.method);
      if (answer === undefined) throw new ProtocolError(errorCodes.methodNotFound, "Method not found");
      try {
        return await answer(request, extra, own);
      } catch (thrown) {
        if (thrown instanceof ProtocolError || extra.signal.aborted) throw thrown;
        onFault(faultOf(thrown));
        throw new ProtocolError(errorCodes.internal, "The request failed by a fault of this server.");
      }
    };
  }

  sendResourceUpdated(uri: string): Promise<void> {
    return this.notification({ method: "notifications/resources/updated", params: { uri } });
  }

  // What is declared and what is answered stand side by side in sdk-v1.ts: there is nothing to check at run time.
  protected override assertCapabilityForMethod(): void {}
  protected override assertNotificationCapability(): void {}
  protected override assertRequestHandlerCapability(): void {}
  protected override assertTaskCapability(): void {}
  protected override assertTaskHandlerCapability(): void {}
}
