import { timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import type { HttpEnv } from "../http-env.ts";
import { refuse } from "../refuse.ts";
import type { HttpAccess } from "./access.ts";
import { bearerOf, sendToken } from "./bearer.ts";
import { digestOf } from "./named-tokens.ts";

/** Lets whoever has the figures' own token pass to them, and whoever `access` lets; nobody else. */
export function createMetricsGuard(
  token: string,
  access?: Pick<HttpAccess, "metricsGuard">,
): MiddlewareHandler<HttpEnv> {
  const wanted = digestOf(token);
  return async (c, next) => {
    const given = bearerOf(c);
    if (given !== undefined && timingSafeEqual(digestOf(given), wanted)) return await next();
    if (access !== undefined) return await access.metricsGuard(c, next);
    c.header("WWW-Authenticate", given === undefined ? "Bearer" : 'Bearer error="invalid_token"');
    return refuse(c, 401, -32001, sendToken);
  };
}
