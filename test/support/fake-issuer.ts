import "./no-proxy.ts";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly privateJwk: Readonly<Record<string, unknown>>;
}

export async function signingKey(kid: string, alg = "ES256"): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const facts = { kid, alg, use: "sig" };
  return {
    kid,
    alg,
    privateKey,
    publicJwk: { ...(await exportJWK(publicKey)), ...facts },
    privateJwk: { ...(await exportJWK(privateKey)), ...facts },
  };
}

export const audience = "https://mcp.example.com/mcp";

/** What a good token for the server says; each test changes what it is about. */
export interface TokenWish {
  /** One that is undefined is left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<{ readonly crit?: string[]; readonly [name: string]: unknown }>;
  readonly key?: SigningKey;
}

export interface FakeIssuer extends AsyncDisposable {
  readonly url: string;
  readonly key: SigningKey;
  /** How often its keys were asked for. */
  readonly asked: () => number;
  /** What it answers from now on, by path; nothing where it answers as it should. */
  answer: ((path: string) => Response | Promise<Response> | undefined) | undefined;
  keys: readonly Readonly<Record<string, unknown>>[];
  token(wish?: TokenWish): Promise<string>;
}

/** An authorization server as far as a resource server sees it: metadata, keys, and tokens as they are wanted. */
export async function fakeIssuer(path = "", key?: SigningKey): Promise<FakeIssuer> {
  const own = key ?? (await signingKey("key-1"));
  let asked = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request): Promise<Response> {
      const { pathname } = new URL(request.url);
      if (pathname === "/jwks") asked += 1;
      const scripted = await issuer.answer?.(pathname);
      if (scripted !== undefined) return scripted;
      if (pathname === "/jwks") return Response.json({ keys: issuer.keys });
      if (pathname === `${path}/.well-known/openid-configuration`) {
        return Response.json({ issuer: issuer.url, jwks_uri: new URL("/jwks", request.url).href });
      }
      return new Response("", { status: 404 });
    },
  });
  const issuer: FakeIssuer = {
    url: `http://127.0.0.1:${server.port}${path}`,
    key: own,
    asked: () => asked,
    answer: undefined,
    keys: [own.publicJwk],
    token: async ({ claims = {}, header = {}, key: by = own } = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const payload = {
        iss: issuer.url,
        aud: audience,
        sub: "user-1",
        scope: "bda:read",
        iat: now,
        exp: now + 300,
        ...claims,
      };
      const crit = Object.fromEntries((header.crit ?? []).map((name) => [name, true]));
      return await new SignJWT(payload)
        .setProtectedHeader({ alg: by.alg, kid: by.kid, ...header })
        .sign(by.privateKey, { crit });
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
  return issuer;
}
