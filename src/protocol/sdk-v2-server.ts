import {
  type JSONRPCRequest,
  type Result,
  SERVER_INFO_META_KEY,
  Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import type { CallOrigin } from "../observer.ts";
import type { Log } from "../ports.ts";
import { faultOf } from "./fault.ts";
import { implementation } from "./implementation.ts";
import { errorCodes, ProtocolError, wrongParams } from "./protocol-error.ts";

/** What a server says of itself in answer to `server/discover`. */
export interface Discovery {
  readonly instructions: string;
  readonly log: Log;
}

/** Where a request came from. */
export function originOfV2({ http, mcpReq }: ServerContext, canNotify: boolean): CallOrigin {
  return {
    transport: canNotify ? "stdio" : "http",
    requestId: mcpReq.id,
    meta: mcpReq._meta,
    header: (name) => http?.req?.headers.get(name),
  };
}

/** MCP's name for tasks, which are an extension in this revision. */
export const tasksExtension = "io.modelcontextprotocol/tasks";

/**
 * For how long a client may keep what never changes while this server runs (SEP-2549): until the next one may have
 * been installed. Nothing of it depends on who asks.
 */
export const fixedResult = { ttlMs: 5 * 60 * 1000, cacheScope: "public" } as const;

/** The SDK makes one for each server otherwise, at the cost of a JSON Schema compiler. Nothing here asks a client. */
const noValidator = {
  getValidator(): never {
    throw new Error("this server asks its client for nothing");
  },
};

const anyParams = z.looseObject({});

/** One client's end of the second SDK, for a server that asks its client for nothing. */
export class SdkV2Server extends Server {
  readonly #log: Log;

  constructor({ instructions, log }: Discovery) {
    // The SDK puts this into every answer, and a picture is longer than most of them.
    const { icons: _, ...name } = implementation;
    super(name, {
      capabilities: {
        tools: {},
        resources: { subscribe: true },
        prompts: {},
        completions: {},
        extensions: { [tasksExtension]: {} },
      },
      instructions,
      jsonSchemaValidator: noValidator,
    });
    this.#log = log;
  }

  /**
   * Answers a method. The SDK's own way takes parameters of a wrong form for a fault of the server, and answers one
   * with that fault's own words, which could hold anything.
   */
  answer<T extends z.ZodType>(
    method: string,
    params: T,
    handler: (params: z.output<T>, context: ServerContext) => object | Promise<object>,
  ): void {
    this.setRequestHandler(method, { params: anyParams }, async (given, context) => {
      const reading = params.safeParse(given);
      if (!reading.success) throw wrongParams(reading.error);
      try {
        return { ...(await handler(reading.data, context)) };
      } catch (thrown) {
        if (thrown instanceof ProtocolError || context.mcpReq.signal.aborted) throw thrown;
        this.#log.error("request failed by a fault of this server", { fault: faultOf(thrown) });
        throw new ProtocolError(errorCodes.internal, "The request failed by a fault of this server.");
      }
    });
  }

  /** The SDK's own would check results once more, and knows no task as the answer to a call. */
  protected override _wrapHandler(method: string, handler: Handler): Handler {
    return method === "server/discover"
      ? async (request, context) => {
          const result = await handler(request, context);
          const _meta = { ...result._meta, [SERVER_INFO_META_KEY]: implementation };
          return { ...result, ...fixedResult, _meta };
        }
      : handler;
  }
}

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>;
