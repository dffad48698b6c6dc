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

/** An authorization server from npm, on loopback: JWTs for this server's audience, for a client with a secret. */
export async function realProvider(): Promise<RealProvider> {
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
    handler = new Provider(url, configuration(signing)).callback();
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

function configuration(key: JWK): Readonly<Record<string, unknown>> {
  return {
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
      devInteractions: { enabled: false },
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
