import type { Config } from "../config.ts";
import { legacyEra, modernEra } from "../protocol/eras.ts";
import { createMetricsGuard } from "../serving/auth/metrics-guard.ts";
import { createHttpApp, type HttpAppParts } from "../serving/http.ts";
import { LoadLimiter, type LoadLimits } from "../serving/load-limiter.ts";
import type { MetricsPage } from "../serving/metrics-route.ts";
import type { Composition, Surroundings } from "./compose.ts";
import { type AccessConfig, accessOf } from "./http-access.ts";

export type HttpConfig = AccessConfig &
  LoadLimits &
  Pick<Config, "allowedHosts" | "allowedOrigins" | "metricsToken">;

export interface HttpSurroundings extends Surroundings {
  readonly stop?: AbortSignal;
  /** How many calls may be open at once, and whether more are taken. Absent: as many as the settings say. */
  readonly load?: LoadLimiter;
  /** What `GET /metrics` answers on the port of MCP. Absent: there is nothing there. */
  readonly metricsPage?: MetricsPage | undefined;
}

/**
 * MCP over HTTP as the settings want it, the same wherever it runs. It listens nowhere. Once `stop` aborts, what would
 * go on for ever ends.
 */
export function composeHttp(
  config: HttpConfig,
  surroundings: HttpSurroundings,
  { catalogue }: Pick<Composition, "catalogue">,
  more: Pick<HttpAppParts, "guards" | "routedHost"> = {},
): ReturnType<typeof createHttpApp> {
  const { clock, load = new LoadLimiter(config), log, metricsPage, observer, stop } = surroundings;
  const parts = { clock, log, catalogue, observer };
  const { allowedHosts, allowedOrigins, metricsToken, path, publicUrl } = config;
  const access = accessOf(config, surroundings, catalogue);
  return createHttpApp({
    ...more,
    path,
    // Clients were told to use this one.
    allowedHosts: publicUrl === undefined ? allowedHosts : [...allowedHosts, new URL(publicUrl).hostname],
    allowedOrigins,
    legacy: legacyEra(parts),
    modern: modernEra({ ...parts, stop }),
    clock,
    log,
    load,
    observer,
    metricsPage,
    metricsGuard: metricsToken === undefined ? undefined : createMetricsGuard(metricsToken, access),
    ...(access === undefined ? {} : { access }),
  });
}
