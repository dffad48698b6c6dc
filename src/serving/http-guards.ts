import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { isLoopback } from "../aws/endpoint.ts";
import { refuse } from "./refuse.ts";

/**
 * The name by which a platform routed this request here, from what it hands over beside the request. Not the request's
 * own word: a platform serves no names but those that it gave.
 */
export type RoutedHost = (platform: unknown) => string | undefined;

/**
 * Refuses requests for a host name that is not ours: a page in a browser can point its own name at this machine
 * (DNS rebinding). Loopback names are always ours; with `*` every name is.
 */
export function hostGuard(allowedHosts: readonly string[], routedHost?: RoutedHost): MiddlewareHandler {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  return async (c, next) => {
    const hostname = hostnameOf(`http://${c.req.header("host") ?? ""}`);
    const ours =
      hostname !== undefined &&
      (isLoopback(hostname) ||
        allowed.has(hostname) ||
        allowed.has("*") ||
        hostname === routedHost?.(c.env)?.toLowerCase());
    if (!ours) {
      return refuse(
        c,
        403,
        -32000,
        "This Host is not served here. Whoever runs the server can add it with --allowed-host.",
      );
    }
    await next();
  };
}

/** Refuses requests from pages of other sites. A request without `Origin` does not come from a page. */
export function originGuard(allowedOrigins: readonly string[]): MiddlewareHandler {
  const allowed = new Set(allowedOrigins.map((origin) => origin.toLowerCase()));
  return async (c, next) => {
    const origin = c.req.header("origin")?.toLowerCase();
    if (origin !== undefined && !allowed.has(origin)) {
      const hostname = hostnameOf(origin);
      if (hostname === undefined || !isLoopback(hostname)) {
        return refuse(
          c,
          403,
          -32000,
          "This Origin may not call here. Whoever runs the server can add it with --allowed-origin.",
        );
      }
    }
    await next();
  };
}

/** Refuses requests without the token (RFC 6750). Compared in constant time, whatever the lengths. */
export function bearerGuard(token: string): MiddlewareHandler {
  const expected = digest(token);
  return async (c, next) => {
    const given = /^Bearer +(.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (given === undefined || !timingSafeEqual(digest(given.trim()), expected)) {
      c.header("WWW-Authenticate", given === undefined ? "Bearer" : 'Bearer error="invalid_token"');
      return refuse(c, 401, -32001, "Send the server's token as Authorization: Bearer <token>.");
    }
    await next();
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : undefined;
}
