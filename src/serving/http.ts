import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Log } from "../ports.ts";
import { bearerGuard, hostGuard, originGuard } from "./http-guards.ts";
import { refuse } from "./refuse.ts";

export interface HttpAppParts {
  /** Makes the server of one request. */
  readonly serverFor: (connection: { readonly caller: string; readonly canNotify: false }) => Server;
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
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  const close = () => {
    server.close().catch(() => log.debug("a server did not close"));
  };
  // A client that hangs up ends its call: AWS is not asked for an answer that nobody reads.
  c.req.raw.signal.addEventListener("abort", close, { once: true });
  await server.connect(transport);
  try {
    return await transport.handleRequest(c.req.raw, { parsedBody: message });
  } finally {
    c.req.raw.signal.removeEventListener("abort", close);
    close();
  }
}
