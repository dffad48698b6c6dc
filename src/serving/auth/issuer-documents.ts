import { z } from "zod";
import { CallError } from "../../aws/call-error.ts";
import { deniedPermission } from "../../aws/credential-permission.ts";
import { withDeadline } from "../../aws/deadline.ts";
import { isTrustedUrl } from "../../aws/endpoint.ts";
import { readCapped } from "../../aws/read-capped.ts";
import type { Clock, Fetch } from "../../ports.ts";
import { userAgent } from "../../product.ts";

/** Why an issuer's keys could not be had, in words of ours. */
export class IssuerFailure extends Error {
  override readonly name = "IssuerFailure";
}

/** Public keys as RFC 7517 has them, as far as a signature is checked with them. */
export type PublicJwk = z.output<typeof publicJwk>;

export interface IssuerKeysDocument {
  readonly keys: readonly PublicJwk[];
  /** Keys that nobody should trust: private or shared ones, which anybody could sign with who reads the document. */
  readonly leftOut: number;
}

/** Bytes of a document; the largest issuers have sixteen thousand. */
const maxBytes = 256 * 1024;
/** Milliseconds for all that is fetched at one time. */
const timeoutMs = 5_000;
const maxKeys = 100;

const metadata = z.looseObject({ issuer: z.string(), jwks_uri: z.string().max(2048) });
const keySet = z.looseObject({ keys: z.array(z.looseObject({})).max(maxKeys) });

const short = z.string().max(256).optional();
/** 8192 bits of RSA have 1366 characters: more would only cost time. */
const long = z.string().max(1400).optional();

/** What is not named here is left off. */
const publicJwk = z.object({
  kty: z.enum(["RSA", "EC", "OKP"]),
  kid: short,
  alg: short,
  use: short,
  key_ops: z.array(z.string().max(32)).max(16).optional(),
  crv: short,
  x: short,
  y: short,
  n: long,
  e: short,
});

const secretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/**
 * An issuer's public keys, found by its metadata: OpenID Connect Discovery 1.0, section 4, and RFC 8414, section 3.
 * @throws IssuerFailure
 */
export async function fetchIssuerKeys(
  issuer: string,
  parts: { readonly fetch: Fetch; readonly clock: Clock },
): Promise<IssuerKeysDocument> {
  try {
    return await withDeadline(parts.clock, timeoutMs, undefined, async (signal) => {
      const get = (url: string) => getJson(url, parts.fetch, signal);
      return readKeys(await get(await keysUrl(issuer, get)));
    });
  } catch (thrown) {
    if (!(thrown instanceof CallError)) throw thrown;
    throw new IssuerFailure(`it did not answer within ${timeoutMs} ms`);
  }
}

/** The places of an issuer's metadata, in the order in which they are tried. */
export function metadataUrls(issuer: string): string[] {
  const base = issuer.replace(/\/$/, "");
  const { origin, pathname } = new URL(base);
  const path = pathname === "/" ? "" : pathname;
  return [
    ...new Set([
      `${base}/.well-known/openid-configuration`,
      `${origin}/.well-known/oauth-authorization-server${path}`,
      `${origin}/.well-known/openid-configuration${path}`,
    ]),
  ];
}

async function keysUrl(issuer: string, get: (url: string) => Promise<unknown>): Promise<string> {
  for (const url of metadataUrls(issuer)) {
    const document = await get(url);
    if (document === undefined) continue;
    const { data } = metadata.safeParse(document);
    if (data === undefined) throw new IssuerFailure("its metadata has no issuer and jwks_uri");
    if (data.issuer !== issuer) throw new IssuerFailure("its metadata is of another issuer");
    if (!isTrustedUrl(data.jwks_uri)) throw new IssuerFailure("its jwks_uri is no https URL");
    return data.jwks_uri;
  }
  throw new IssuerFailure("it has no metadata at any of the well-known places");
}

function readKeys(document: unknown): IssuerKeysDocument {
  const { data } = keySet.safeParse(document);
  if (data === undefined) throw new IssuerFailure(`its JWKS is not one of at most ${maxKeys} keys`);
  const open = data.keys.filter((key) => key.kty !== "oct" && !secretMembers.some((name) => name in key));
  const keys = open.flatMap((key) => publicJwk.safeParse(key).data ?? []);
  if (keys.length === 0) throw new IssuerFailure("its JWKS has no public key that can be used");
  return { keys, leftOut: data.keys.length - open.length };
}

/** The document, or nothing where there is none at this place. A redirect is never followed. */
async function getJson(url: string, fetch: Fetch, signal: AbortSignal): Promise<unknown> {
  const headers = { accept: "application/json", "user-agent": userAgent };
  const response = await fetch(url, { headers, redirect: "manual", signal }).catch((thrown: unknown) => {
    const flag = deniedPermission(thrown);
    throw new IssuerFailure(flag === undefined ? "no connection" : `Deno was started without ${flag}`);
  });
  const { status } = response;
  if (status !== 200) {
    await response.body?.cancel();
    if (status >= 400 && status < 500 && status !== 429) return undefined;
    throw new IssuerFailure(`HTTP ${status} instead of its documents`);
  }
  const { bytes, whole } = await readCapped(response, maxBytes, signal, "drop", () => {}).catch(() => {
    throw new IssuerFailure("the connection broke off");
  });
  if (!whole) throw new IssuerFailure(`a document of over ${maxBytes} bytes`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new IssuerFailure("a document that is not JSON");
  }
}
