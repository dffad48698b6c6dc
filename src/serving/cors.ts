import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";

/** Headers that MCP's clients send: those of every revision, and W3C's trace context. */
const allowHeaders = [
  ...["Authorization", "Content-Type", "Last-Event-ID"],
  ...["Mcp-Protocol-Version", "Mcp-Session-Id", "Mcp-Method", "Mcp-Name"],
  ...["traceparent", "tracestate", "baggage"],
];

/** What a page's script may read of an answer besides its body. */
const exposeHeaders = ["WWW-Authenticate", "Retry-After", "Mcp-Protocol-Version", "Mcp-Session-Id"];

/**
 * Lets pages of those origins call that `originGuard` has let pass, and answers a browser that asks beforehand, which
 * it does without a token. There are no cookies here, so none are let in.
 */
export function crossOrigin(): MiddlewareHandler {
  const answer = cors({
    origin: (origin) => origin,
    allowMethods: ["POST", "GET"],
    allowHeaders,
    exposeHeaders,
    maxAge: 600,
  });
  return (c, next) => (c.req.header("origin") === undefined ? next() : answer(c, next));
}
