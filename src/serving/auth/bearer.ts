import type { Context } from "hono";

export const sendToken = "Send a token as Authorization: Bearer <token>.";

/** The token of a request (RFC 6750, section 2.1). Of two headers, or what else could be read in two ways, nothing good comes. */
export function bearerOf(c: Context): string | undefined {
  return /^Bearer +([!-~].*)$/i.exec(c.req.header("authorization") ?? "")?.[1];
}
