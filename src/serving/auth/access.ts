import type { Context, MiddlewareHandler } from "hono";
import { holdsScope, onlyCaller } from "../../caller.ts";
import type { Clock, Fetch, Log } from "../../ports.ts";
import type { HttpEnv } from "../http-env.ts";
import type { RequestId } from "../json-rpc-message.ts";
import type { MessageRefusal } from "../mcp-request.ts";
import { metricsScope } from "../metrics-route.ts";
import { refuse } from "../refuse.ts";
import { bearerOf, sendToken } from "./bearer.ts";
import { digestOf, type NamedToken, namedTokenHolders } from "./named-tokens.ts";
import { type ProtectedResource, protectedResource } from "./protected-resource.ts";
import { type TokenRefusal, tokenRefusals } from "./token-refusal.ts";
import type { JwtVerifier, TokenCheck } from "./verify-jwt.ts";

/** Who may call, and what. */
export interface HttpAccess {
  /** Lets nobody pass without a good token, and says who calls. */
  readonly guard: MiddlewareHandler<HttpEnv>;
  /** Lets those pass to the figures whose token grants just that: they tell of all callers. */
  readonly metricsGuard: MiddlewareHandler<HttpEnv>;
  /** Refuses a message that needs more than the caller's token grants. */
  readonly refuseMessage: MessageRefusal;
  /** Absent where no authorization server gives out tokens. */
  readonly resource?: ProtectedResource;
}

export interface HttpAccessParts {
  /** Secrets that let their holders do everything. */
  readonly tokens?: readonly NamedToken[] | undefined;
  /** Whose JWTs are taken, and for which audiences. */
  readonly oidc?: { readonly issuer: string; readonly audiences: readonly string[] } | undefined;
  /** Where MCP is served. */
  readonly path: string;
  /** Where clients reach that. Absent: at the host that each request names, over plain HTTP. */
  readonly publicUrl?: string | undefined;
  /** Every scope that something here needs. */
  readonly scopes: readonly string[];
  /** The scope that a message needs, where it needs one. */
  readonly neededScope: (message: unknown) => string | undefined;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly log: Log;
}

/** Characters of the longest token that is looked at: a header has no more room in most servers. */
const maxTokenLength = 16 * 1024;

/** OAuth 2.1's resource server, as MCP's authorization chapter wants it, and tokens that were given out by hand. */
export function createHttpAccess(parts: HttpAccessParts): HttpAccess {
  const { log, neededScope, oidc, scopes } = parts;
  const holderOf = namedTokenHolders(parts.tokens ?? []);
  const resource = oidc === undefined ? undefined : protectedResource({ ...parts, issuer: oidc.issuer });
  const verify = oidc === undefined ? undefined : lazyVerifier({ ...parts, ...oidc });

  const challenge = (c: Context, facts: Readonly<Record<string, string>>, scope: string) => {
    const all = resource === undefined ? facts : { ...facts, scope, resource_metadata: resource.urlFor(c) };
    const words = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
    c.header("WWW-Authenticate", ["Bearer", words.join(", ")].join(" ").trim());
  };
  const refuseToken = (c: Context, reason: TokenRefusal, scope: string) => {
    log.debug("token refused", { reason });
    const description = oidc === undefined ? {} : { error_description: tokenRefusals[reason] };
    challenge(c, { error: "invalid_token", ...description }, scope);
    return refuse(c, 401, -32001, oidc === undefined ? sendToken : tokenRefusals[reason]);
  };
  const refuseScope = (c: Context, scope: string, description: string, id?: RequestId) => {
    challenge(c, { error: "insufficient_scope", error_description: description }, scope);
    return refuse(c, 403, -32003, description, id);
  };

  const check = async (token: string): Promise<TokenCheck> => {
    if (token.length > maxTokenLength) return { kind: "refused", reason: "too-long" };
    const digest = digestOf(token);
    const caller = holderOf(digest);
    if (caller !== undefined) return { kind: "caller", caller };
    return (await verify?.(token, digest)) ?? { kind: "refused", reason: "malformed" };
  };

  /** Says who calls; else the refusal, with the scope that a better token has. */
  const identify = async (c: Context<HttpEnv>, scope: string): Promise<Response | undefined> => {
    const token = bearerOf(c);
    if (token === undefined) {
      challenge(c, {}, scope);
      return refuse(c, 401, -32001, sendToken);
    }
    const checked = await check(token);
    if (checked.kind === "refused") return refuseToken(c, checked.reason, scope);
    if (checked.kind === "unavailable") {
      c.header("Retry-After", String(checked.retryAfterSeconds));
      return refuse(c, 503, -32000, "The token cannot be checked now: its issuer's keys cannot be had.");
    }
    c.set("caller", checked.caller);
    return undefined;
  };

  return {
    async guard(c, next) {
      const refusal = await identify(c, scopes.join(" "));
      if (refusal !== undefined) return refusal;
      await next();
    },
    async metricsGuard(c, next) {
      const refusal = await identify(c, metricsScope);
      if (refusal !== undefined) return refusal;
      // A token without scopes is good for every tool, not for what others do.
      if (!c.get("caller")?.scopes?.has(metricsScope)) {
        const needed = oidc === undefined ? "a token of their own" : `the scope ${metricsScope}`;
        return refuseScope(c, metricsScope, `The figures need ${needed}.`);
      }
      await next();
    },
    refuseMessage(c, message, id) {
      const caller = c.get("caller") ?? onlyCaller;
      const scope = caller.scopes === undefined ? undefined : neededScope(message);
      if (scope === undefined || holdsScope(caller, scope)) return undefined;
      return refuseScope(c, scope, `This needs the scope ${scope}.`, id);
    },
    ...(resource === undefined ? {} : { resource }),
  };
}

/** The library is loaded with the first token: most servers need none of it. */
function lazyVerifier(
  parts: Pick<HttpAccessParts, "fetch" | "clock" | "log"> & NonNullable<HttpAccessParts["oidc"]>,
): JwtVerifier {
  let loading: Promise<JwtVerifier> | undefined;
  return async (token, digest) => {
    loading ??= import("./verify-jwt.ts").then(({ createJwtVerifier }) => createJwtVerifier(parts));
    return (await loading)(token, digest);
  };
}
