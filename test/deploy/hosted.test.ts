import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readHostedConfig } from "../../src/deploy/hosted.ts";
import { built } from "../support/built.ts";
import { audience, fakeIssuer, signingKey } from "../support/fake-issuer.ts";
import { otlpReceiver } from "../support/otlp-receiver.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { testKeys } from "../support/server-process.ts";
import { connect, onDenoServe, onWorkerd } from "./hosts.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";
const call = { name: "get_data_automation_status", arguments: { invocationArn: arn } };
const token = "a-token-of-some-length";
const settings = { ...testKeys, BDA_MCP_AUTH_TOKEN: token };
const headers = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
  authorization: `Bearer ${token}`,
};
const message = (method: string, params: object = {}) =>
  JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });

const hosts = [
  ["Cloudflare Workers", onWorkerd],
  ["deno serve", onDenoServe],
] as const;

describe.each(hosts)("on %s", (_name, start) => {
  test("a client lists the tools, has a job explained and waits for one, told of its progress", async () => {
    await using endpoint = scriptedEndpoint((_request, index) =>
      jobAnswer(index === 0 ? { status: "Success" } : { status: "InProgress" }),
    );
    await using host = await start({ ...settings, AWS_ENDPOINT_URL: endpoint.url });
    await using connected = await connect(host.url, token);
    const { client } = connected;
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain(call.name);
    expect((await client.callTool(call)).structuredContent).toMatchObject({
      status: "Success",
      explanation: { verdict: "succeeded" },
    });
    expect(endpoint.requests[0]?.headers.get("authorization")).toContain(testKeys.AWS_ACCESS_KEY_ID);
    const told: string[] = [];
    const waited = await client.callTool(
      {
        name: "wait_for_data_automation_job",
        arguments: { invocationArn: `${arn}-slow`, timeoutSeconds: 1 },
      },
      undefined,
      { onprogress: ({ message: words }) => told.push(words ?? "") },
    );
    expect(waited.structuredContent).toMatchObject({ status: "InProgress", waited: { timedOut: true } });
    expect(told.join()).toContain("InProgress");
  });

  test("only those who have the token may call; health is for everybody, and refusals are as anywhere", async () => {
    await using host = await start(settings);
    const post = async (more: Record<string, string>, body = message("ping")) =>
      (await fetch(host.url, { method: "POST", headers: { ...headers, ...more }, body })).status;
    expect(await post({})).toBe(200);
    expect(await post({ authorization: "Bearer another-token-of-length" })).toBe(401);
    expect(await post({ host: "evil.example" })).toBe(403);
    expect(await post({ origin: "https://evil.example" })).toBe(403);
    expect(await post({}, "{")).toBe(400);
    expect((await fetch(new URL("/healthz", host.url))).status).toBe(200);
  });

  test("a client that closes its connection stops its own call to AWS, and nobody else's", async () => {
    const answers: ((answer: Response) => void)[] = [];
    await using endpoint = scriptedEndpoint(() => new Promise((resolve) => answers.push(resolve)));
    await using host = await start({ ...settings, AWS_ENDPOINT_URL: endpoint.url });
    const leaving = new AbortController();
    const post = (id: string, signal?: AbortSignal) =>
      fetch(host.url, {
        method: "POST",
        headers,
        body: message("tools/call", { ...call, arguments: { invocationArn: `${arn}${id}` } }),
        ...(signal === undefined ? {} : { signal }),
      });
    const gone = post("", leaving.signal).catch(() => "gone");
    await endpoint.arrived(1);
    const staying = post("-other");
    await endpoint.arrived(2);
    leaving.abort();
    expect(await gone).toBe("gone");
    await endpoint.hungUp;
    answers[1]?.(jobAnswer({ status: "Success" }));
    expect(await (await staying).text()).toContain("Success");
  });

  test("who asks about the job of one that leaves is answered all the same", async () => {
    const answers: ((answer: Response) => void)[] = [];
    await using endpoint = scriptedEndpoint(() => new Promise((resolve) => answers.push(resolve)));
    await using host = await start({ ...settings, AWS_ENDPOINT_URL: endpoint.url });
    const leaving = new AbortController();
    const post = (signal?: AbortSignal) =>
      fetch(host.url, {
        method: "POST",
        headers,
        body: message("tools/call", call),
        ...(signal === undefined ? {} : { signal }),
      });
    const gone = post(leaving.signal).catch(() => "gone");
    await endpoint.arrived(1);
    const staying = post();
    // The second may join the call of the first, and then nothing shows that it is there.
    await Promise.race([endpoint.arrived(2), Bun.sleep(200)]);
    leaving.abort();
    expect(await gone).toBe("gone");
    await Promise.race([endpoint.hungUp, Bun.sleep(200)]);
    for (const answer of answers) answer(jobAnswer({ status: "Success" }));
    expect(await (await staying).text()).toContain("Success");
  });

  test("many requests for the same job at the same time are all answered", async () => {
    await using endpoint = scriptedEndpoint(async () => {
      await Bun.sleep(20);
      return jobAnswer({ status: "Success" });
    });
    await using host = await start({ ...settings, AWS_ENDPOINT_URL: endpoint.url });
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const answer = await fetch(host.url, { method: "POST", headers, body: message("tools/call", call) });
        return (await answer.text()).includes('"status":"Success"');
      }),
    );
    expect(statuses).toEqual(statuses.map(() => true));
  });

  test("without anything that makes sure of who calls, nobody is answered, and the log says what to set", async () => {
    await using host = await start(testKeys);
    const answer = await fetch(host.url, { method: "POST", headers, body: message("tools/list") });
    const text = await answer.text();
    expect([answer.status, text]).toEqual([500, expect.stringContaining("settings are wrong")]);
    expect(await host.logWith("BDA_MCP_AUTH_TOKEN")).toContain("BDA_MCP_BEHIND_AUTH");
  });

  test("with something before it that makes sure, no token is needed", async () => {
    await using host = await start({ ...testKeys, BDA_MCP_BEHIND_AUTH: "true" });
    const { authorization, ...without } = headers;
    const answer = await fetch(host.url, { method: "POST", headers: without, body: message("tools/list") });
    expect([authorization, answer.status]).toEqual([`Bearer ${token}`, 200]);
  });
});

test("an issuer needs the URL by which clients reach the server, which no request tells for sure", () => {
  const BDA_MCP_OIDC_ISSUER = "https://login.example.com";
  const env = { BDA_MCP_OIDC_ISSUER, BDA_MCP_OIDC_AUDIENCE: audience };
  expect(readHostedConfig(env)).toEqual({
    kind: "wrong",
    problems: [expect.stringMatching(/^BDA_MCP_OIDC_ISSUER needs BDA_MCP_PUBLIC_URL/)],
  });
  expect(readHostedConfig({ ...env, BDA_MCP_PUBLIC_URL: audience }).kind).toBe("run");
});

describe("on Cloudflare Workers", () => {
  test("an issuer's tokens let callers in, and its keys are asked for once", async () => {
    await using issuer = await fakeIssuer();
    await using host = await onWorkerd({
      ...testKeys,
      BDA_MCP_OIDC_ISSUER: issuer.url,
      BDA_MCP_OIDC_AUDIENCE: audience,
      BDA_MCP_PUBLIC_URL: "https://mcp.example.com/mcp",
    });
    const list = async (authorization: string) =>
      (
        await fetch(host.url, {
          method: "POST",
          headers: { ...headers, authorization },
          body: message("tools/list"),
        })
      ).status;
    for (let turn = 0; turn < 3; turn += 1) expect(await list(`Bearer ${await issuer.token()}`)).toBe(200);
    expect(await list(`Bearer ${await issuer.token({ claims: { aud: "https://other.example" } })}`)).toBe(
      401,
    );
    const stranger = await signingKey("key-of-nobody");
    for (let turn = 0; turn < 3; turn += 1)
      expect(await list(`Bearer ${await issuer.token({ key: stranger })}`)).toBe(401);
    expect(issuer.asked()).toBe(1);
  });

  test("keys that are not there are asked for by their names", async () => {
    await using host = await onWorkerd({ BDA_MCP_AUTH_TOKEN: token });
    const answer = await fetch(host.url, { method: "POST", headers, body: message("tools/call", call) });
    expect(await answer.text()).toContain("AWS_ACCESS_KEY_ID");
  });
});

test.each(["source", "built"])("deno serve sends traces where OTEL_* asks for them (%s)", async (from) => {
  await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
  await using receiver = otlpReceiver();
  const env = { ...receiver.env, OTEL_BSP_SCHEDULE_DELAY: "50", AWS_ENDPOINT_URL: endpoint.url };
  const script = from === "built" ? `${built()}/deploy/deno.js` : undefined;
  await using host = await onDenoServe({ ...settings, ...env }, script);
  const answer = await fetch(host.url, { method: "POST", headers, body: message("tools/call", call) });
  expect(await answer.text()).toContain("Success");
  while (receiver.spans().length < 2) await Bun.sleep(10);
  expect(new Set(receiver.spans().map(({ name }) => name))).toEqual(
    new Set([`tools/call ${call.name}`, "Bedrock Data Automation Runtime/GetDataAutomationStatus"]),
  );
});

test("what is built for deno serve needs nothing beside it", async () => {
  await using host = await onDenoServe(settings, `${built()}/deploy/deno.js`);
  const answer = await fetch(host.url, { method: "POST", headers, body: message("tools/list") });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining(call.name)]);
});
