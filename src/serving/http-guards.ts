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
 * (DNS rebinding). Loopback names are always ours; with `*` every name is. `isOurs` may say so of more.
 */
export function hostGuard(
  allowedHosts: readonly string[],
  isOurs: (hostname: string, platform: unknown) => boolean = () => false,
): MiddlewareHandler {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  return async (c, next) => {
    const hostname = hostnameOf(`http://${c.req.header("host") ?? ""}`);
    const ours =
      hostname !== undefined &&
      (isLoopback(hostname) || allowed.has(hostname) || allowed.has("*") || isOurs(hostname, c.env));
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

/** Whether a URL's host is an IP address: no name, so nobody can point it elsewhere. */
export function isAddress(hostname: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$|^\[/.test(hostname);
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

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : undefined;
}
