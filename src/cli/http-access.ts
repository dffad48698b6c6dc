import type { Config } from "../config.ts";
import { allScopes, neededScope } from "../protocol/needed-scope.ts";
import { createHttpAccess, type HttpAccess } from "../serving/auth/access.ts";
import type { Catalogue } from "../tools/catalogue.ts";
import type { Surroundings } from "./compose.ts";

export type AccessConfig = Pick<Config, "path" | "authToken" | "oidcIssuer" | "oidcAudiences" | "publicUrl">;

/** Who may call over HTTP, as the settings want it. Nothing where everybody may. */
export function accessOf(
  config: AccessConfig,
  surroundings: Pick<Surroundings, "clock" | "fetch" | "log">,
  catalogue: Catalogue,
): HttpAccess | undefined {
  const { authToken: tokens, oidcAudiences: audiences, oidcIssuer: issuer, path, publicUrl } = config;
  if (tokens === undefined && issuer === undefined) return undefined;
  return createHttpAccess({
    ...surroundings,
    tokens,
    oidc: issuer === undefined ? undefined : { issuer, audiences },
    path,
    publicUrl,
    scopes: allScopes(catalogue),
    neededScope: (message) => neededScope(message, catalogue),
  });
}
