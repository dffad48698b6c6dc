import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import { z } from "zod";
import type { Caller } from "../../caller.ts";
import { cleanText } from "../../jobs/quote.ts";
import type { Clock, Fetch, Log } from "../../ports.ts";
import { RecentMap } from "../../recent-map.ts";
import { fetchIssuerKeys, type PublicJwk } from "./issuer-documents.ts";
import { IssuerKeys, type KeySet } from "./issuer-keys.ts";
import type { TokenRefusal } from "./token-refusal.ts";

export interface JwtVerifierParts {
  /** As tokens have it in `iss`, letter by letter. */
  readonly issuer: string;
  /** One of them has to be in `aud`. */
  readonly audiences: readonly string[];
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly log: Log;
}

export type TokenCheck =
  | { readonly kind: "caller"; readonly caller: Caller }
  | { readonly kind: "refused"; readonly reason: TokenRefusal }
  /** The token may be good: its issuer's keys cannot be had. */
  | { readonly kind: "unavailable"; readonly retryAfterSeconds: number };

/** `digest` is the token's own, by which a good one is remembered. Never rejects. */
export type JwtVerifier = (token: string, digest: Buffer) => Promise<TokenCheck>;

/** Asymmetric ones alone: whoever can check a token must not be able to make one. */
const algorithms = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];

/** Seconds that this machine's clock and the issuer's may be apart. */
const toleranceSeconds = 30;
/** Tokens that are remembered: each costs what its claims take. */
const maxVerified = 2000;

/** An access token says that it is one (RFC 9068), or nothing. What else an issuer signs is for others. */
const header = z.looseObject({
  alg: z.string(),
  kid: z.string().max(256).optional(),
  typ: z.string().optional(),
  /** What has to be understood of a header (RFC 7515, section 4.1.11): nothing of the kind is. */
  crit: z.unknown().optional(),
});
const accessTokenTypes = ["jwt", "at+jwt", "application/at+jwt"];
/** Of ID tokens (OpenID Connect Core 1.0, section 3.3.2.11), logout tokens and events (RFC 8417) alone. */
const claimsOfOthers = ["at_hash", "c_hash", "events"];

const claimsSchema = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
  /** Amazon Cognito's word for what a token is: `access` or `id`. */
  token_use: z.unknown().optional(),
  /** OpenID Connect Core 1.0, section 2: at most 255 characters. */
  sub: z.string().min(1).max(255),
});
type Claims = z.output<typeof claimsSchema>;

type Finder = ReturnType<typeof createLocalJWKSet>;

interface Verified {
  readonly caller: Caller;
  /** Gone with them: a key that was withdrawn lets nobody in, however long its tokens would last. */
  readonly keys: KeySet<Finder>;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Verifies access tokens in the form of JWTs (RFC 9068, RFC 8725). What is cheap to see is looked at first. */
export function createJwtVerifier(parts: JwtVerifierParts): JwtVerifier {
  const { audiences, clock, issuer, log } = parts;
  const verified = new RecentMap<string, Verified>(maxVerified);
  const issuerKeys = new IssuerKeys<Finder>({
    issuer,
    clock,
    log,
    fetchKeys: () => fetchIssuerKeys(issuer, parts),
    finderOf: (keys: readonly PublicJwk[]) => createLocalJWKSet({ keys: keys.map(withoutAbsent) }),
  });

  const verify = async (token: string, find: JWTVerifyGetKey): Promise<TokenRefusal | undefined> => {
    try {
      await jwtVerify(token, find, {
        algorithms,
        issuer,
        audience: [...audiences],
        clockTolerance: toleranceSeconds,
        currentDate: new Date(clock.now()),
        requiredClaims: ["exp", "sub"],
      });
      return undefined;
    } catch (thrown) {
      if (!(thrown instanceof errors.JWKSMultipleMatchingKeys)) return refusalOf(thrown);
      // Names are optional (RFC 7515, section 4.1.4): each key that may be meant, at most all that a JWKS may have.
      for await (const key of thrown) {
        const reason = await verify(token, async () => key);
        if (reason !== "signature") return reason;
      }
      return "signature";
    }
  };

  return async (token, digest) => {
    const key = digest.toString("latin1");
    const known = verified.get(key);
    if (known !== undefined && known.keys === issuerKeys.current() && clock.now() < known.until) {
      return { kind: "caller", caller: known.caller };
    }
    const reading = readJwt(token, parts);
    if (typeof reading === "string") return { kind: "refused", reason: reading };
    let answer = await issuerKeys.get();
    let reason: TokenRefusal | undefined = "key";
    if (answer.ok) reason = await verify(token, answer.keys.find);
    // A key that took another's place may have its name too.
    if (answer.ok && (reason === "key" || reason === "signature")) {
      const later = await issuerKeys.beyond(answer.keys);
      if (later.ok && later.keys !== answer.keys) reason = await verify(token, later.keys.find);
      if (later.ok || reason === "key") answer = later;
    }
    if (!answer.ok) return { kind: "unavailable", retryAfterSeconds: answer.retryAfterSeconds };
    if (reason !== undefined) return { kind: "refused", reason };
    const caller = callerOf(reading);
    verified.set(key, { caller, keys: answer.keys, until: 1000 * (reading.exp + toleranceSeconds) });
    return { kind: "caller", caller };
  };
}

/** The claims of a token that is worth a look at its signature; else why it is not. */
function readJwt(token: string, { audiences, clock, issuer }: JwtVerifierParts): Claims | TokenRefusal {
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) return "malformed";
  const [head, body] = decoded(token);
  const { data: protectedHeader } = header.safeParse(head);
  if (protectedHeader === undefined) return "malformed";
  if (!algorithms.includes(protectedHeader.alg)) return "algorithm";
  if (protectedHeader.crit !== undefined) return "critical";
  if (!accessTokenTypes.includes((protectedHeader.typ ?? "jwt").toLowerCase())) return "type";
  const { data: claims } = claimsSchema.safeParse(body);
  if (claims === undefined) return "claims";
  if (claims.iss !== issuer) return "issuer";
  if (![claims.aud].flat().some((audience) => audiences.includes(audience))) return "audience";
  if (claimsOfOthers.some((name) => name in claims) || (claims.token_use ?? "access") !== "access")
    return "type";
  const now = clock.now() / 1000;
  if (claims.exp + toleranceSeconds <= now) return "expired";
  if (Math.max(claims.nbf ?? 0, claims.iat ?? 0) - toleranceSeconds > now) return "not-yet-valid";
  return claims;
}

function decoded(token: string): unknown[] {
  try {
    return [decodeProtectedHeader(token), decodeJwt(token)];
  } catch {
    return [];
  }
}

function refusalOf(thrown: unknown): TokenRefusal {
  if (thrown instanceof errors.JWKSNoMatchingKey) return "key";
  if (thrown instanceof errors.JWTExpired) return "expired";
  if (thrown instanceof errors.JWTClaimValidationFailed) return "claims";
  // A key that cannot be used, a header that asks for more: neither proves anything.
  return "signature";
}

function callerOf(claims: Claims): Caller {
  return {
    id: JSON.stringify(["oidc", claims.iss, claims.sub]),
    name: cleanText(claims.sub, 128),
    scopes: scopesOf(claims),
    claims,
  };
}

/** `scope` of RFC 9068, and `scp`, which some issuers have in its place. */
function scopesOf({ scope, scp }: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const words = [scope, scp].flat().filter((part) => typeof part === "string");
  return new Set(words.flatMap((part) => part.split(" ")).filter((word) => word !== ""));
}

function withoutAbsent(key: PublicJwk): { kty: string } {
  return { ...key };
}
