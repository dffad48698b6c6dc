import { Hono, type MiddlewareHandler } from "hono";
import { getPath } from "hono/utils/url";
import type { Observer } from "../observer.ts";
import { type Clock, type Log, systemClock } from "../ports.ts";
import type { HttpAccess } from "./auth/access.ts";
import { crossOrigin } from "./cors.ts";
import type { HttpEnv } from "./http-env.ts";
import { hostGuard, originGuard, type RoutedHost } from "./http-guards.ts";
import { loadGuard } from "./load-guard.ts";
import { LoadLimiter } from "./load-limiter.ts";
import { answerMcp, type McpRequestParts } from "./mcp-request.ts";
import { answerMetrics, type MetricsPage, metricsPath } from "./metrics-route.ts";
import { refusalWatch } from "./refusal-watch.ts";
import { refuse } from "./refuse.ts";

/** What the app serves, to whom, and what requests go through before. */
export interface HttpAppParts extends Omit<McpRequestParts, "clock"> {
  /** Where MCP is served, for example `/mcp`. */
  readonly path: string;
  /** Host names, without port, that a request may name besides loopback's; `*` for any. */
  readonly allowedHosts: readonly string[];
  readonly routedHost?: RoutedHost;
  /** Origins, like `https://app.example`, that a browser's request may come from, besides loopback. */
  readonly allowedOrigins: readonly string[];
  /** Who may call; absent where everybody may who reaches the port. */
  readonly access?: Pick<HttpAccess, "guard" | "metricsGuard" | "refuseMessage" | "resource">;
  /** How many calls may be open at once, and whether more are taken. Absent: bounds for one process on its own. */
  readonly load?: LoadLimiter;
  /** What every request to `path` goes through, in this order: each may refuse it, and say who calls (`caller`). */
  readonly guards?: readonly MiddlewareHandler<HttpEnv>[];
  /** What `GET /metrics` answers, to requests with a right `Host`. Absent: there is nothing there. */
  readonly metricsPage?: MetricsPage | undefined;
  /** Who may read that. Absent: whoever `access` lets. */
  readonly metricsGuard?: MiddlewareHandler<HttpEnv> | undefined;
  /** Hears of every refusal. Absent where nobody looks. */
  readonly observer?: Observer | undefined;
  /** Default: this machine's. */
  readonly clock?: Pick<Clock, "after">;
  readonly log: Log;
}

/**
 * MCP over Streamable HTTP, stateless, as a Hono app: listen with it, or mount it in another. Every request gets a
 * server of its own, so any replica answers any request, and a closed connection ends only its own call.
 */
export function createHttpApp(parts: HttpAppParts): Hono<HttpEnv> {
  const { access, clock = systemClock, load = new LoadLimiter(), log, path } = parts;
  const app = new Hono<HttpEnv>({ getPath: pathOf });
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  // How AgentCore's runtime asks its containers (service contract of its HTTP protocol).
  app.get("/ping", (c) => c.json({ status: "Healthy" }));
  app.get("/readyz", (c) =>
    load.draining ? c.json({ status: "stopping" }, 503) : c.json({ status: "ready" }),
  );
  const atTheDoor: MiddlewareHandler<HttpEnv>[] = [
    refusalWatch({ clock, log, observer: parts.observer }),
    hostGuard(parts.allowedHosts, parts.routedHost),
    originGuard(parts.allowedOrigins),
    crossOrigin(),
  ];
  for (const place of access?.resource?.paths ?? []) {
    for (const guard of atTheDoor) app.use(place, guard);
    app.get(place, (c) => access?.resource?.answer(c) ?? c.notFound());
  }
  const metricsGuard = parts.metricsGuard ?? access?.metricsGuard;
  if (parts.metricsPage !== undefined) {
    for (const guard of atTheDoor) app.use(metricsPath, guard);
    if (metricsGuard !== undefined) app.use(metricsPath, metricsGuard);
    app.get(metricsPath, answerMetrics(parts.metricsPage));
  }
  if (access !== undefined) atTheDoor.push(access.guard);
  for (const guard of atTheDoor) app.use(path, guard);
  for (const guard of parts.guards ?? []) app.use(path, guard);
  app.use(path, loadGuard(load));
  const mcp = { ...parts, clock };
  app.post(path, (c) => answerMcp(c, mcp, access?.refuseMessage));
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

/**
 * The path without a slash at its end, with which AgentCore asks. Without a `Host`, as HTTP/1.0 allows, the URL of a
 * request is its path alone on Bun.
 */
function pathOf(request: Request): string {
  const { url } = request;
  const path = url.startsWith("/") ? url.replace(/[?#].*$/s, "") : getPath(request);
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}
