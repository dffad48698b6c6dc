import type { Config } from "../config.ts";
import { sdkV1Servers } from "../protocol/sdk-v1.ts";
import { createHttpApp } from "../serving/http.ts";
import type { Composition, Surroundings } from "./compose.ts";

export type HttpConfig = Pick<Config, "path" | "allowedHosts" | "allowedOrigins" | "authToken">;

/** MCP over HTTP as the settings want it, the same wherever it runs. It listens nowhere. */
export function composeHttp(
  config: HttpConfig,
  { clock, log }: Surroundings,
  { catalogue }: Pick<Composition, "catalogue">,
): ReturnType<typeof createHttpApp> {
  return createHttpApp({
    ...config,
    serverFor: sdkV1Servers({ clock, log, catalogue }),
    log,
    ...(config.authToken === undefined ? {} : { bearerToken: config.authToken }),
  });
}
