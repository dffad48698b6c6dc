// A real authorization server and the SDK's own OAuth client: nobody here knows the other but by the protocol.
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { ClientCredentialsProvider } from "@modelcontextprotocol/sdk/client/auth-extensions.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { decodeJwt, decodeProtectedHeader, importJWK, SignJWT } from "jose";
import { audience } from "../support/fake-issuer.ts";
import { connectAs } from "../support/person.ts";
import { agent, type RealProvider, realProvider, signIn } from "../support/real-provider.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { findSecret } from "../support/secret-search.ts";
import { overHttp, type Serving, testKeys, textOf } from "../support/server-process.ts";
import { clientWith } from "../support/signed-in.ts";
import { ping } from "./served.ts";

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
    const { asked, client: signedIn } = await connectAs("alice", server.url);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      scope: "bda:read",
      code_challenge_method: "S256",
      resource: server.url.href,
    });
    await using client = disposable(signedIn);
    expect(await askedAbout(client.value)).toContain("InProgress");
    expect(server.stderr()).toContain('"caller":"alice"');
  });

  test("an ID token of the same person lets nobody in; where its client is taken for an audience it opens no tool", async () => {
    await using provider = await realProvider();
    const { clientId, idToken } = await idTokenOf(provider);
    expect(decodeJwt(idToken)).toMatchObject({ sub: "alice", aud: clientId });
    const servedFor = (taken: string) =>
      overHttp(runtime, [], {
        ...testKeys,
        BDA_MCP_OIDC_ISSUER: provider.url,
        // A client's id may begin with a dash, as no flag's value does.
        BDA_MCP_OIDC_AUDIENCE: taken,
      });
    await using server = await servedFor(audience);
    expect((await ping(server, idToken)).status).toBe(401);
    // Its issuer gives such a token nothing to tell it from others by, but no scope either.
    await using mistaken = await servedFor(clientId);
    await using client = disposable(await clientWith(idToken, mistaken.url));
    expect((await client.value.listTools()).tools).toEqual([]);
    const refused = await askedAbout(client.value).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ message: expect.stringContaining("bda:read") });
  });
});

/** What a page gets that only wants to know who a person is, for a client of its own; by code and PKCE. */
async function idTokenOf(
  provider: RealProvider,
): Promise<{ readonly idToken: string; readonly clientId: string }> {
  const redirectUri = "http://127.0.0.1:9/callback";
  const asJson = async (answer: Response) => (await answer.json()) as Readonly<Record<string, string>>;
  const registration = await fetch(`${provider.url}/reg`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "none",
      application_type: "native",
    }),
  });
  const { client_id: clientId = "" } = await asJson(registration);
  const verifier = "v".repeat(64);
  const start = new URL(`${provider.url}/auth`);
  start.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  }).toString();
  const given = await fetch(`${provider.url}/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: clientId,
      code: await signIn(start, "alice", redirectUri),
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  });
  const { id_token: idToken = "" } = await asJson(given);
  return { idToken, clientId };
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
