import type { Context } from "hono";
import type { RequestId } from "./json-rpc-message.ts";

/** A refusal in JSON-RPC's form, so that a client shows its words. `id` is the request's, where it is known. */
export function refuse(
  c: Context,
  status: 400 | 401 | 403 | 404 | 405 | 408 | 413 | 415 | 429 | 500 | 503,
  code: number,
  message: string,
  id: RequestId = null,
): Response {
  c.set("refusal", message);
  return c.json({ jsonrpc: "2.0", error: { code, message }, id }, status);
}
