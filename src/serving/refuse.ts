import type { Context } from "hono";

/** A refusal in JSON-RPC's form, so that a client shows its words. `id` is the request's, where it is known. */
export function refuse(
  c: Context,
  status: 400 | 401 | 403 | 404 | 405 | 408 | 413 | 415 | 429 | 500 | 503,
  code: number,
  message: string,
  id?: unknown,
): Response {
  c.set("refusal", message);
  const known = typeof id === "string" || typeof id === "number" ? id : null;
  return c.json({ jsonrpc: "2.0", error: { code, message }, id: known }, status);
}
