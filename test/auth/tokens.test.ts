import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "node:net";
import { exportSPKI, importJWK, SignJWT } from "jose";
import { audience, type FakeIssuer, fakeIssuer, signingKey } from "../support/fake-issuer.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { findSecret } from "../support/secret-search.ts";
import { overHttp, type Serving, testKeys } from "../support/server-process.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };
const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";
const statusCall = { name: "get_data_automation_status", arguments: { invocationArn: arn } };

function post(server: Serving, token: string | undefined, method = "ping", params: object = {}) {
  return fetch(server.url, {
    method: "POST",
    headers: token === undefined ? json : { ...json, authorization: `Bearer ${token}` },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
}

function withIssuer(
  runtime: Parameters<typeof overHttp>[0],
  issuer: FakeIssuer,
  env = {},
  args: string[] = [],
) {
  return overHttp(
    runtime,
    ["--oidc-issuer", issuer.url, "--oidc-audience", audience, "--log-level", "debug", ...args],
    { ...testKeys, ...env },
  );
}

/** What a token may not be, each with the words that its sender is told. `elsewhere` is where else keys could be had. */
async function badTokens(
  issuer: FakeIssuer,
  elsewhere: string,
): Promise<Record<string, [token: string, words: string]>> {
  const now = Math.floor(Date.now() / 1000);
  const other = await signingKey("key-1");
  const good = await issuer.token();
  const [head = "", body = "", signature = ""] = good.split(".");
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const publicPem = await exportSPKI(
    (await importJWK({ ...issuer.key.publicJwk, ext: true }, "ES256")) as CryptoKey,
  );
  const claims = JSON.parse(Buffer.from(body, "base64url").toString());
  const byPublicKey = (secret: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", kid: issuer.key.kid })
      .sign(new TextEncoder().encode(secret));
  const kid = (name: string) => issuer.token({ header: { kid: name }, key: other });
  return {
    expired: [await issuer.token({ claims: { exp: now - 31 } }), "expired"],
    "without exp": [await issuer.token({ claims: { exp: undefined } }), "lacks a claim"],
    "without sub": [await issuer.token({ claims: { sub: undefined } }), "lacks a claim"],
    "not yet valid": [await issuer.token({ claims: { nbf: now + 60 } }), "not valid yet"],
    "issued in the future": [await issuer.token({ claims: { iat: now + 60 } }), "not valid yet"],
    "of another issuer": [await issuer.token({ claims: { iss: "https://other.example" } }), "another issuer"],
    "of an issuer that only looks alike": [
      await issuer.token({ claims: { iss: `${issuer.url}/` } }),
      "another issuer",
    ],
    "for another audience": [
      await issuer.token({ claims: { aud: "https://other.example" } }),
      "another audience",
    ],
    "for a list of other audiences": [
      await issuer.token({ claims: { aud: ["a", `${audience}/`, audience.toUpperCase()] } }),
      "another audience",
    ],
    "for an empty list": [await issuer.token({ claims: { aud: [] } }), "another audience"],
    "for a list with more than names in it": [
      await issuer.token({ claims: { aud: [audience, 1] } }),
      "lacks a claim",
    ],
    "for another audience, by a party of that name": [
      await issuer.token({ claims: { aud: "other", azp: audience, client_id: audience } }),
      "another audience",
    ],
    unsigned: [`${head}.${body}.`, "signature"],
    "unsigned, in two parts": [`${head}.${body}`, "no signed JWT"],
    "of the algorithm none": [`${part({ alg: "none" })}.${body}.`, "algorithm"],
    "of the algorithm NONE, signed all the same": [
      `${part({ alg: "NonE" })}.${body}.${signature}`,
      "algorithm",
    ],
    "signed with the public key as a shared secret": [await byPublicKey(publicPem), "algorithm"],
    "signed with the published JWK as a shared secret": [
      await byPublicKey(JSON.stringify(issuer.key.publicJwk)),
      "algorithm",
    ],
    "signed by another's key of the same name": [await issuer.token({ key: other }), "signature"],
    "changed after it was signed": [`${head}.${part({ ...claims, sub: "admin" })}.${signature}`, "signature"],
    truncated: [good.slice(0, -20), "signature"],
    "truncated in the middle": [good.slice(0, Math.floor(good.length / 2)), "JWT"],
    "of a key that there is not": [await kid("key-2"), "does not have"],
    "of a key that is a path": [await kid("../../../../etc/passwd"), "does not have"],
    "of a key that is a URL": [await kid("http://169.254.169.254/"), "does not have"],
    "of a key with a long name": [await kid("k".repeat(3000)), "no signed JWT"],
    "with a key of its own": [
      await issuer.token({ key: other, header: { jwk: other.publicJwk, kid: "own" } }),
      "does not have",
    ],
    "with a key of its own, by the name of the issuer's": [
      await issuer.token({ key: other, header: { jwk: other.publicJwk } }),
      "signature",
    ],
    "with the place of a key": [
      await issuer.token({ key: other, header: { jku: `${elsewhere}/jwks`, kid: "own" } }),
      "does not have",
    ],
    "with the place of a key, by the name of the issuer's": [
      await issuer.token({ key: other, header: { jku: `${elsewhere}/jwks` } }),
      "signature",
    ],
    "with the place of a certificate": [
      await issuer.token({ key: other, header: { x5u: `${elsewhere}/x5u`, kid: undefined } }),
      "signature",
    ],
    "well signed, with a header that must be understood": [
      await issuer.token({ header: { crit: ["exp"], exp: 1 } }),
      "not understood",
    ],
    "well signed, with a payload that is said to be none of Base64": [
      await issuer.token({ header: { crit: ["b64"], b64: true } }),
      "not understood",
    ],
    "a logout token by its type": [await issuer.token({ header: { typ: "logout+jwt" } }), "no access token"],
    "a proof by its type": [await issuer.token({ header: { typ: "dpop+jwt" } }), "no access token"],
    "an ID token by the hash of its access token": [
      await issuer.token({ claims: { at_hash: "LDktKdoQak3Pk0cnXxCltA" } }),
      "no access token",
    ],
    "an ID token of Amazon Cognito's": [
      await issuer.token({ claims: { token_use: "id" } }),
      "no access token",
    ],
    "an event": [await issuer.token({ claims: { events: { "x:y": {} } } }), "no access token"],
    huge: [`${head}.${"A".repeat(12_000)}.${signature}`, "JWT"],
    "deeply nested": [
      `${head}.${Buffer.from(`{"a":${"[".repeat(5000)}`).toString("base64url")}.${signature}`,
      "JWT",
    ],
    "no JSON": [`${head}.AAAA.${signature}`, "JWT"],
    "no token at all": ["x", "no signed JWT"],
    "two tokens": [`${good}, Bearer ${good}`, "no signed JWT"],
  };
}

/** Ways to write a good token into headers, and the status that each comes to. */
function authorizations(good: string): [name: string, lines: string[], status: number][] {
  return [
    ["as it should be", [`Authorization: Bearer ${good}`], 200],
    ["in small letters", [`authorization: bearer ${good}`], 200],
    ["in capitals", [`AUTHORIZATION: BEARER ${good}`], 200],
    ["with blanks between", [`Authorization: Bearer   ${good}`], 200],
    ["with blanks around", [`Authorization: \t Bearer ${good} \t `], 200],
    ["with a tab between", [`Authorization: Bearer\t${good}`], 401],
    ["with a no-break space between", [`Authorization: Bearer\u00a0${good}`], 401],
    ["with a no-break space behind", [`Authorization: Bearer ${good}\u00a0`], 401],
    ["with nothing between", [`Authorization: Bearer${good}`], 401],
    ["without a scheme", [`Authorization: ${good}`], 401],
    ["without a token", ["Authorization: Bearer"], 401],
    ["of another scheme", [`Authorization: DPoP ${good}`], 401],
    ["in quotes", [`Authorization: Bearer "${good}"`], 401],
    ["with a comma behind", [`Authorization: Bearer ${good},`], 401],
    ["with a word behind", [`Authorization: Bearer ${good} x`], 401],
    ["twice", [`Authorization: Bearer ${good}`, `Authorization: Bearer ${good}`], 401],
    ["before another", [`Authorization: Bearer ${good}`, "Authorization: Bearer another"], 401],
    ["behind another", ["Authorization: Bearer another", `Authorization: Bearer ${good}`], 401],
    ["behind another scheme", ["Authorization: Basic eDp5", `Authorization: Bearer ${good}`], 401],
    ["before an empty one", [`Authorization: Bearer ${good}`, "Authorization:"], 401],
    ["behind an empty one", ["Authorization:", `Authorization: Bearer ${good}`], 401],
    ["under another name", [`X-Authorization: Bearer ${good}`, `Proxy-Authorization: Bearer ${good}`], 401],
    ["with a blank before the colon", [`Authorization : Bearer ${good}`], 400],
    ["folded", ["Authorization: Bearer", ` ${good}`], 400],
  ];
}

/** What a request comes to whose headers no client would write. */
async function rawStatus({ url }: Serving, lines: readonly string[]): Promise<number> {
  const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
  const head = [
    "POST /mcp HTTP/1.1",
    `Host: ${url.host}`,
    "Content-Type: application/json",
    "Accept: application/json, text/event-stream",
    "Connection: close",
    `Content-Length: ${body.length}`,
    ...lines,
  ];
  const socket = connect(Number(url.port), url.hostname);
  socket.write(Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`, "latin1"));
  let answer = "";
  for await (const chunk of socket) answer += chunk;
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

describe.each([...runtimes, ...builtRuntimes])("JWTs of an issuer, on %s", (runtime) => {
  test("a good one lets its caller in; a bad one is refused with what is wrong with it, and nothing of it is logged", async () => {
    await using issuer = await fakeIssuer();
    await using elsewhere = scriptedEndpoint(() => new Response(null, { status: 404 }));
    await using server = await withIssuer(runtime, issuer);
    const good = await issuer.token();
    expect((await post(server, good)).status).toBe(200);
    expect((await post(server, await issuer.token({ claims: { aud: ["x", audience] } }))).status).toBe(200);
    expect((await post(server, await issuer.token({ header: { typ: "at+jwt" } }))).status).toBe(200);
    // Who else is meant by it is no matter, and where else its key may be found is not looked at.
    const claims = { azp: "an-app", client_id: "an-app", token_use: "access" };
    const header = { jku: `${elsewhere.url}/jwks`, x5u: `${elsewhere.url}/x5u`, jwk: { kty: "EC" } };
    expect((await post(server, await issuer.token({ claims, header }))).status).toBe(200);
    const soon = Math.floor(Date.now() / 1000);
    // Clocks differ a little.
    expect(
      (await post(server, await issuer.token({ claims: { exp: soon - 5, nbf: soon + 5 } }))).status,
    ).toBe(200);
    const answers: string[] = [];
    for (const [name, [token, words]] of Object.entries(await badTokens(issuer, elsewhere.url))) {
      const answer = await post(server, token);
      const challenge = answer.headers.get("www-authenticate") ?? "";
      expect([name, answer.status, challenge]).toEqual([name, 401, expect.stringContaining(words)]);
      expect(challenge).toStartWith('Bearer error="invalid_token", error_description="');
      expect(challenge).toContain(
        `resource_metadata="${server.url.origin}/.well-known/oauth-protected-resource/mcp"`,
      );
      answers.push(challenge, await answer.text());
    }
    expect((await post(server, good)).status).toBe(200);
    // Keys that there are not are looked for once, and then not for a while.
    expect(issuer.asked()).toBe(2);
    expect(elsewhere.requests).toEqual([]);
    const [, body = "", signature = ""] = good.split(".");
    const told = `${server.stderr()}\n${answers.join("\n")}`;
    for (const secret of [body, signature]) expect(findSecret(told, secret)).toEqual([]);
    expect(told).not.toMatch(/eyJ|passwd|169\.254/);
    expect(server.stderr()).toContain("token refused");
  });

  test("the header is one, of one scheme and one token, however it is spaced and written", async () => {
    await using issuer = await fakeIssuer();
    const own = "a-token-of-some-length";
    await using server = await withIssuer(runtime, issuer, { BDA_MCP_AUTH_TOKEN: own });
    for (const good of [await issuer.token(), own]) {
      const statuses = await Promise.all(
        authorizations(good).map(async ([name, lines]) => [name, await rawStatus(server, lines)]),
      );
      expect(statuses).toEqual(authorizations(good).map(([name, , status]) => [name, status]));
    }
    // Long ones are taken as far as a server takes headers at all.
    const long = async (length: number) => {
      const token = await issuer.token({ claims: { groups: "x".repeat(0.75 * length) } });
      return rawStatus(server, [`Authorization: Bearer ${token}`]);
    };
    expect([await long(9_000), await long(15_000), await long(17_000)]).toEqual([200, 200, 431]);
  });

  test("without a token the client is told where to get one, and what for", async () => {
    await using issuer = await fakeIssuer("/tenant");
    await using server = await withIssuer(runtime, issuer);
    const answer = await post(server, undefined);
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([
      401,
      `Bearer scope="bda:read", resource_metadata="${server.url.origin}/.well-known/oauth-protected-resource/mcp"`,
    ]);
    for (const place of [
      "/.well-known/oauth-protected-resource/mcp",
      "/.well-known/oauth-protected-resource",
    ]) {
      const metadata = await fetch(new URL(place, server.url));
      expect([metadata.status, await metadata.json()]).toEqual([
        200,
        {
          resource: server.url.href,
          authorization_servers: [issuer.url],
          scopes_supported: ["bda:read"],
          bearer_methods_supported: ["header"],
          resource_name: "Bedrock Data Automation jobs",
        },
      ]);
      expect((await fetch(new URL(place, server.url), { headers: { host: "evil.example" } })).status).toBe(
        403,
      );
    }
    expect((await post(server, await issuer.token())).status).toBe(200);
  });

  test("the metadata names the URL by which clients reach the server", async () => {
    await using issuer = await fakeIssuer();
    await using server = await withIssuer(runtime, issuer, {}, [
      "--public-url",
      "https://mcp.example.com/jobs/mcp",
    ]);
    const headers = { ...json, host: "mcp.example.com" };
    const refused = await fetch(server.url, { method: "POST", headers, body: "{}" });
    const place = "/.well-known/oauth-protected-resource/jobs/mcp";
    expect(refused.headers.get("www-authenticate")).toContain(
      `resource_metadata="https://mcp.example.com${place}"`,
    );
    const metadata = await fetch(new URL(place, server.url), { headers });
    expect(await metadata.json()).toMatchObject({ resource: "https://mcp.example.com/jobs/mcp" });
  });

  test("tools/list shows what the scopes allow, and a call beyond them is refused with 403", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer());
    await using issuer = await fakeIssuer();
    await using server = await withIssuer(runtime, issuer, { AWS_ENDPOINT_URL: endpoint.url });
    const listed = async (token: string) => {
      const answer = (await (await post(server, token, "tools/list")).json()) as {
        result: { tools: unknown[] };
      };
      return answer.result.tools.length;
    };
    const without = await issuer.token({ claims: { scope: "openid profile bda:readonly" } });
    expect(await listed(without)).toBe(0);
    const uri = "bedrock-data-automation://us-east-1/111122223333/0a1b2c3d";
    for (const [method, params] of [
      ["tools/call", statusCall],
      ["tools/call", { ...statusCall, name: "wait_for_data_automation_job" }],
      ["tools/call", { name: "read_data_automation_results", arguments: { invocationArn: arn } }],
      ["resources/read", { uri }],
      ["tasks/get", { taskId: "x" }],
      ["completion/complete", { ref: { type: "ref/resource", uri }, argument: { name: "jobId", value: "" } }],
    ] as const) {
      const answer = await post(server, without, method, params);
      expect([method, answer.status, answer.headers.get("www-authenticate")]).toEqual([
        method,
        403,
        `Bearer error="insufficient_scope", error_description="This needs the scope bda:read.", scope="bda:read", resource_metadata="${server.url.origin}/.well-known/oauth-protected-resource/mcp"`,
      ]);
    }
    expect(endpoint.requests).toEqual([]);
    for (const claims of [
      { scope: "a bda:read" },
      { scope: undefined, scp: "bda:read" },
      { scope: undefined, scp: ["bda:read"] },
    ]) {
      const token = await issuer.token({ claims });
      expect(await listed(token)).toBeGreaterThan(3);
      expect((await post(server, token, "tools/call", statusCall)).status).toBe(200);
    }
  });

  test("tokens of one's own work beside, several at once, each with a name", async () => {
    await using issuer = await fakeIssuer();
    const tokens = { old: "old-token-of-some-length", new: "bmV3IHRva2VuIG9mIGxlbmd0aA==" };
    await using server = await withIssuer(runtime, issuer, {
      BDA_MCP_AUTH_TOKEN: `old=${tokens.old}, new=${tokens.new}`,
    });
    for (const token of Object.values(tokens)) expect((await post(server, token)).status).toBe(200);
    expect((await post(server, await issuer.token())).status).toBe(200);
    for (const token of [`old=${tokens.old}`, "old", `${tokens.old}x`, tokens.old.slice(1)]) {
      expect((await post(server, token)).status).toBe(401);
    }
    for (const token of Object.values(tokens)) expect(findSecret(server.stderr(), token)).toEqual([]);
  });
});
