import "./no-proxy.ts";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import Provider from "oidc-provider";
import { audience } from "./fake-issuer.ts";

export const agent = { clientId: "agent", clientSecret: "secret-of-the-agent-0123456789abcdef" };

export interface RealProvider extends AsyncDisposable {
  readonly url: string;
  /** The private key that it signs with now. */
  key(): JWK;
  /** From now on it signs with another key, and no longer shows the one before. */
  rotate(): Promise<void>;
}

/** What the tokens of this subject, a person or a client, say besides. */
export type ClaimsOf = (subject: string) => Readonly<Record<string, unknown>>;

/** An authorization server from npm, on loopback: JWTs for this server's audience, for a client with a secret. */
export async function realProvider(claimsOf: ClaimsOf = () => ({})): Promise<RealProvider> {
  let handler: (request: IncomingMessage, response: ServerResponse) => unknown = () => {};
  let signing: JWK = {};
  const server = createServer((request, response) => handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let made = 0;
  const rotate = async () => {
    made += 1;
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    signing = { ...(await exportJWK(privateKey)), kid: `key-${made}`, alg: "RS256", use: "sig" };
    handler = new Provider(url, configuration(signing, claimsOf)).callback();
  };
  await rotate();
  return {
    url,
    key: () => signing,
    rotate,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function configuration(key: JWK, claimsOf: ClaimsOf): Readonly<Record<string, unknown>> {
  return {
    extraTokenClaims: (_: unknown, token: { readonly accountId?: string; readonly clientId: string }) =>
      claimsOf(token.accountId ?? token.clientId),
    jwks: { keys: [key] },
    scopes: ["bda:read"],
    clients: [
      {
        client_id: agent.clientId,
        client_secret: agent.clientSecret,
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: "client_secret_basic",
      },
    ],
    features: {
      devInteractions: { enabled: true },
      registration: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: "bda:read",
          audience,
          accessTokenFormat: "jwt",
          accessTokenTTL: 300,
          jwt: { sign: { alg: "RS256", kid: key.kid } },
        }),
      },
    },
  };
}

/** What a person does in a browser: signs in under this name, agrees, and is sent back. Gives the code. */
export async function signIn(start: URL, name: string, backTo: string): Promise<string> {
  const cookies = new Map<string, string>();
  let [url, form]: [URL, URLSearchParams | undefined] = [start, undefined];
  for (let step = 0; step < 12; step += 1) {
    const answer = await fetch(url, {
      method: form === undefined ? "GET" : "POST",
      headers: { cookie: [...cookies].map((cookie) => cookie.join("=")).join("; ") },
      redirect: "manual",
      ...(form === undefined ? {} : { body: form }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, key = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(key, value);
    }
    const page = await answer.text();
    const location = answer.headers.get("location");
    form = undefined;
    if (location !== null) {
      url = new URL(location, url);
      if (url.href.startsWith(backTo)) return url.searchParams.get("code") ?? "";
    } else if (page.includes('name="login"')) {
      form = new URLSearchParams({ prompt: "login", login: name, password: "any" });
    } else if (page.includes('value="consent"')) form = new URLSearchParams({ prompt: "consent" });
    else throw new Error(`the authorization server shows: ${answer.status} ${page.slice(0, 2000)}`);
  }
  throw new Error("the authorization server sends in circles");
}
