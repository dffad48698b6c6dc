import type { Context } from "hono";
import { product } from "../../product.ts";

/** Protected-resource metadata: how a client learns where tokens for this server come from (RFC 9728). */
export interface ProtectedResource {
  /** Where it is served: at the path-aware well-known place, and at the root's, where clients look next. */
  readonly paths: readonly string[];
  readonly answer: (c: Context) => Response;
  /** Where this request's client finds it. */
  readonly urlFor: (c: Context) => string;
}

export interface ProtectedResourceParts {
  readonly issuer: string;
  /** Where MCP is served. */
  readonly path: string;
  /** Where clients reach that. Absent: at the host that each request names, over plain HTTP. */
  readonly publicUrl?: string | undefined;
  readonly scopes: readonly string[];
}

const wellKnown = "/.well-known/oauth-protected-resource";

export function protectedResource(parts: ProtectedResourceParts): ProtectedResource {
  const { issuer, path, publicUrl, scopes } = parts;
  const resourceFor = (c: Context) => publicUrl ?? `http://${c.req.header("host") ?? ""}${path}`;
  const placeOf = (pathname: string) => `${wellKnown}${pathname === "/" ? "" : pathname}`;
  const publicPath = publicUrl === undefined ? path : new URL(publicUrl).pathname;
  return {
    paths: [...new Set([placeOf(path), placeOf(publicPath), wellKnown])],
    answer: (c) =>
      c.json({
        resource: resourceFor(c),
        authorization_servers: [issuer],
        scopes_supported: scopes,
        bearer_methods_supported: ["header"],
        resource_name: product.title,
      }),
    urlFor: (c) => `${new URL(resourceFor(c)).origin}${placeOf(publicPath)}`,
  };
}
