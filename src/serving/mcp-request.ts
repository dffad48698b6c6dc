import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { Context } from "hono";
import { type Caller, onlyCaller } from "../caller.ts";
import type { Log } from "../ports.ts";
import { isModernRequest } from "../protocol/era.ts";
import type { ModernEra } from "../protocol/modern-era.ts";
import { wantsProgress } from "../protocol/wants-progress.ts";
import type { HttpEnv } from "./http-env.ts";
import type { McpEnd } from "./mcp-end.ts";
import { refuse } from "./refuse.ts";

export interface McpRequestParts {
  /** Makes the server of one request of a revision up to 2025-11-25. */
  readonly serverFor: (connection: { readonly caller: Caller; readonly canNotify: false }) => McpEnd;
  /** Answers requests of revision 2026-07-28; absent where they are not served. */
  readonly modern?: Pick<ModernEra, "answer">;
  readonly log: Log;
}

/** Between comments on a stream that is silent: under the 10 s after which some proxies and servers give up. */
const keepAliveMs = 8_000;

/** Answers one POST: by one JSON object, or by a stream of events where the client wants to hear how far it is. */
export async function answerMcp(
  c: Context<HttpEnv>,
  { serverFor, modern, log }: McpRequestParts,
): Promise<Response> {
  // The SDK checks the type too, but only after it has been given a parsed body.
  if (!/^application\/json\s*(;|$)/i.test(c.req.header("content-type")?.trim() ?? "")) {
    return refuse(c, 415, -32000, "The content type must be application/json.");
  }
  let message: unknown;
  try {
    message = await c.req.json();
  } catch {
    return refuse(c, 400, -32700, "The body is not JSON.");
  }
  if (Array.isArray(message))
    return refuse(c, 400, -32600, "Batches are not taken: send one message a request.");

  const connection = { caller: c.get("caller") ?? onlyCaller, canNotify: false } as const;
  if (modern !== undefined && isModernRequest(message, c.req.header("mcp-protocol-version"))) {
    return modern.answer(c.req.raw, message, connection);
  }
  const server = serverFor(connection);
  const streamed = wantsProgress(message);
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: !streamed,
    keepAliveMs,
  });
  const close = () => {
    server.close().catch(() => log.debug("a server did not close"));
  };
  // A client that hangs up ends its call: nobody is left to read the answer, and no message could cancel it.
  c.req.raw.signal.addEventListener("abort", close, { once: true });
  await server.connect(transport);
  const response = await transport.handleRequest(c.req.raw, { parsedBody: message });
  if (streamed && response.body !== null) return new Response(whenOver(response.body, close), response);
  c.req.raw.signal.removeEventListener("abort", close);
  // A moment later: what the SDK still counts as under way it aborts, and each abort pays for an exception.
  setTimeout(close, 0);
  return response;
}

/** The same stream; `end` is called once it has been read to its end, or given up. */
function whenOver(stream: ReadableStream<Uint8Array>, end: () => void): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (!done) return controller.enqueue(value);
      controller.close();
      end();
    },
    async cancel(reason) {
      end();
      await reader.cancel(reason);
    },
  });
}
