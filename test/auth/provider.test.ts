// A real authorization server and the SDK's own OAuth client: nobody here knows the other but by the protocol.
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { type OAuthClientProvider, UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { ClientCredentialsProvider } from "@modelcontextprotocol/sdk/client/auth-extensions.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { OAuthClientInformationMixed, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import { decodeProtectedHeader, importJWK, SignJWT } from "jose";
import { audience } from "../support/fake-issuer.ts";
import { agent, type RealProvider, realProvider, signIn } from "../support/real-provider.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { findSecret } from "../support/secret-search.ts";
import { overHttp, type Serving, testKeys, textOf } from "../support/server-process.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const invocationArn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/sim-running";

function credentials(provider: RealProvider) {
  return new ClientCredentialsProvider({ ...agent, expectedIssuer: provider.url, scope: "bda:read" });
}

async function connected(server: Serving, authProvider: ClientCredentialsProvider): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  const transport = new StreamableHTTPClientTransport(server.url, { authProvider });
  // The SDK's own types disagree under exactOptionalPropertyTypes.
  await client.connect(transport as unknown as Parameters<Client["connect"]>[0]);
  return client;
}

async function askedAbout(client: Client): Promise<string> {
  return textOf(await client.callTool({ name: "get_data_automation_status", arguments: { invocationArn } }));
}

describe.each([...runtimes, ...builtRuntimes])("an authorization server from npm, on %s", (runtime) => {
  test("the SDK's client finds it, gets a token, calls, renews what expired, and outlives new keys", async () => {
    await using provider = await realProvider();
    await using server = await overHttp(
      runtime,
      ["--simulate", "--oidc-issuer", provider.url, "--oidc-audience", audience, "--log-level", "debug"],
      testKeys,
    );

    // Nothing but the server's URL and the client's own secret is known beforehand.
    const own = credentials(provider);
    await using client = disposable(await connected(server, own));
    expect((await client.value.listTools()).tools.map(({ name }) => name)).toContain(
      "get_data_automation_status",
    );
    expect(await askedAbout(client.value)).toContain("InProgress");
    const first = own.tokens()?.access_token ?? "";
    expect(decodeProtectedHeader(first).kid).toBe("key-1");

    const expired = await expiredToken(provider);
    own.saveTokens({ access_token: expired, token_type: "Bearer" });
    expect(await askedAbout(client.value)).toContain("InProgress");
    expect(own.tokens()?.access_token).not.toBe(expired);

    await provider.rotate();
    const later = credentials(provider);
    await using another = disposable(await connected(server, later));
    expect(await askedAbout(another.value)).toContain("InProgress");
    expect(decodeProtectedHeader(later.tokens()?.access_token ?? "").kid).toBe("key-2");
    // The key before lets nobody in any more; its holder gets a new token by itself.
    own.saveTokens({ access_token: first, token_type: "Bearer" });
    expect(await askedAbout(client.value)).toContain("InProgress");
    expect(decodeProtectedHeader(own.tokens()?.access_token ?? "").kid).toBe("key-2");

    for (const token of [first, expired]) {
      expect(findSecret(server.stderr(), token.split(".")[2] ?? "")).toEqual([]);
    }
  });

  test("a person's client registers itself, is let in by code and PKCE, and is known by the person's name", async () => {
    await using provider = await realProvider();
    await using server = await overHttp(
      runtime,
      ["--simulate", "--oidc-issuer", provider.url, "--oidc-audience", audience],
      testKeys,
    );
    const person = new Person();
    const refused = new StreamableHTTPClientTransport(server.url, { authProvider: person });
    // The SDK's own types disagree under exactOptionalPropertyTypes.
    type Given = Parameters<Client["connect"]>[0];
    const first = new Client({ name: "test", version: "1" }).connect(refused as unknown as Given);
    expect(await first.catch((thrown: unknown) => thrown)).toBeInstanceOf(UnauthorizedError);
    const asked = person.sentTo ?? new URL("about:blank");
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      scope: "bda:read",
      code_challenge_method: "S256",
      resource: server.url.href,
    });
    await refused.finishAuth(await signIn(asked, "alice", person.redirectUrl));
    await using client = disposable(new Client({ name: "test", version: "1" }));
    await client.value.connect(
      new StreamableHTTPClientTransport(server.url, { authProvider: person }) as unknown as Given,
    );
    expect(await askedAbout(client.value)).toContain("InProgress");
    expect(server.stderr()).toContain('"caller":"alice"');
  });
});

/** A program on a person's machine that no authorization server knows yet. */
class Person implements OAuthClientProvider {
  readonly redirectUrl = "http://127.0.0.1:9/callback";
  readonly clientMetadata = {
    client_name: "An agent's host",
    redirect_uris: [this.redirectUrl],
    grant_types: ["authorization_code"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  };
  sentTo: URL | undefined;
  #client: OAuthClientInformationMixed | undefined;
  #tokens: OAuthTokens | undefined;
  #verifier = "";

  clientInformation = () => this.#client;
  saveClientInformation = (client: OAuthClientInformationMixed) => {
    this.#client = client;
  };
  tokens = () => this.#tokens;
  saveTokens = (tokens: OAuthTokens) => {
    this.#tokens = tokens;
  };
  codeVerifier = () => this.#verifier;
  saveCodeVerifier = (verifier: string) => {
    this.#verifier = verifier;
  };
  redirectToAuthorization = (url: URL) => {
    this.sentTo = url;
  };
}

/** A token as the provider makes them, with its key, whose time is over. */
async function expiredToken(provider: RealProvider): Promise<string> {
  const { kid = "" } = provider.key();
  return await new SignJWT({ scope: "bda:read", client_id: agent.clientId })
    .setProtectedHeader({ alg: "RS256", kid, typ: "at+jwt" })
    .setIssuer(provider.url)
    .setAudience(audience)
    .setSubject(agent.clientId)
    .setExpirationTime("-1h")
    .sign(await importJWK(provider.key(), "RS256"));
}

function disposable(client: Client) {
  return { value: client, [Symbol.asyncDispose]: () => client.close() };
}
