import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Log } from "../ports.ts";
import { bearerGuard, hostGuard, originGuard } from "./http-guards.ts";
import type { McpEnd } from "./mcp-end.ts";
import { refuse } from "./refuse.ts";

export interface HttpAppParts {
  /** Makes the server of one request. */
  readonly serverFor: (connection: { readonly caller: string; readonly canNotify: false }) => McpEnd;
  readonly log: Log;
  /** Where MCP is served, for example `/mcp`. */
  readonly path: string;
  /** Host names, without port, that a request may name besides loopback's. */
  readonly allowedHosts: readonly string[];
  /** Origins, like `https://app.example`, that a browser's request may come from, besides loopback. */
  readonly allowedOrigins: readonly string[];
  /** What callers have to show; absent where everybody who reaches the port may call. */
  readonly bearerToken?: string;
}

/** Bytes of a request's body: a list of fifty ARNs has seven thousand. */
const maxBodyBytes = 256 * 1024;

/** Between comments on a stream that is silent: under the 10 s after which some proxies and servers give up. */
const keepAliveMs = 8_000;

/**
 * MCP over Streamable HTTP, stateless, as a Hono app: listen with it, or mount it in another. Every request gets a
 * server of its own, so any replica answers any request, and a closed connection ends only its own call.
 */
export function createHttpApp(parts: HttpAppParts): Hono {
  const { log, path } = parts;
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.use(path, hostGuard(parts.allowedHosts), originGuard(parts.allowedOrigins));
  if (parts.bearerToken !== undefined) app.use(path, bearerGuard(parts.bearerToken));
  app.post(
    path,
    bodyLimit({
      maxSize: maxBodyBytes,
      onError: (c) => refuse(c, 413, -32600, `The body is over ${maxBodyBytes} bytes.`),
    }),
    (c) => answer(c, parts),
  );
  app.all(path, (c) => {
    c.header("Allow", "POST");
    return refuse(
      c,
      405,
      -32000,
      "Send MCP messages by POST. This server keeps no sessions and opens no streams by GET.",
    );
  });
  app.notFound((c) => refuse(c, 404, -32000, `There is nothing here. MCP is served at ${path}.`));
  app.onError((error, c) => {
    log.error("request failed by a fault of this server", { fault: error.name });
    return refuse(c, 500, -32603, "The request failed by a fault of this server.");
  });
  return app;
}

async function answer(c: Context, { serverFor, log }: HttpAppParts): Promise<Response> {
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

  const server = serverFor({ caller: "", canNotify: false });
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

/** Whether the client asked to be told how far the call is: then it is answered by a stream of events. */
function wantsProgress(message: unknown): boolean {
  // The SDK checks the message as a whole; this only looks for one thing in whatever came.
  const token = (message as { params?: { _meta?: { progressToken?: unknown } } } | null)?.params?._meta
    ?.progressToken;
  return typeof token === "string" || typeof token === "number";
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
