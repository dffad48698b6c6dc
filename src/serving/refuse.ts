import type { Context } from "hono";

/** A refusal in JSON-RPC's form, so that a client shows its words. */
export function refuse(
  c: Context,
  status: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 500,
  code: number,
  message: string,
): Response {
  c.set("refusal", message);
  return c.json({ jsonrpc: "2.0", error: { code, message }, id: null }, status);
}
