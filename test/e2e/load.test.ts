import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "node:net";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overHttp, type Serving, testKeys } from "../support/server-process.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };

function ask(server: Serving, job: number, token?: string) {
  const invocationArn = `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/job-${job}`;
  const params = { name: "get_data_automation_status", arguments: { invocationArn } };
  return fetch(server.url, {
    method: "POST",
    headers: { ...json, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ jsonrpc: "2.0", id: job, method: "tools/call", params }),
  });
}

/** AWS, whose answers come when they are let go. */
function heldEndpoint() {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const endpoint = scriptedEndpoint(async () => {
    await held;
    return jobAnswer();
  });
  return { endpoint, letGo };
}

async function arrived(endpoint: { readonly requests: readonly unknown[] }, count: number) {
  while (endpoint.requests.length < count) await Bun.sleep(10);
}

async function readiness(server: Serving): Promise<number | undefined> {
  return (await fetch(new URL("/readyz", server.url)).catch(() => undefined))?.status;
}

const fast = ["--max-calls-per-second", "100000"];

describe.each([...runtimes, ...builtRuntimes])("under load on %s", (runtime) => {
  test("a stop loses none of 200 calls in flight, and takes no more", async () => {
    const { endpoint, letGo } = heldEndpoint();
    await using _ = endpoint;
    await using server = await overHttp(runtime, fast, { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    expect(await readiness(server)).toBe(200);
    const calls = Array.from({ length: 200 }, (_, job) => ask(server, job));
    await arrived(endpoint, 200);

    server.process.kill("SIGTERM");
    while ((await readiness(server)) !== 503) await Bun.sleep(10);
    const late = await ask(server, 1000);
    expect([late.status, late.headers.has("retry-after")]).toEqual([503, true]);
    await late.text();

    letGo();
    const answers = await Promise.all(calls.map(async (call) => (await call).text()));
    expect(answers.filter((answer) => answer.includes("structuredContent"))).toHaveLength(200);
    expect(await server.process.exited).toBe(0);
  });

  test("beyond the bounds 503 for all and 429 for one caller, at once, and health is answered", async () => {
    const { endpoint, letGo } = heldEndpoint();
    await using _ = endpoint;
    const tokens = { alice: "a-token-of-alice-0123", bob: "a-token-of-bob-01234" };
    await using server = await overHttp(
      runtime,
      [...fast, "--max-in-flight", "3", "--max-in-flight-per-caller", "2"],
      {
        ...testKeys,
        AWS_ENDPOINT_URL: endpoint.url,
        BDA_MCP_AUTH_TOKEN: `alice=${tokens.alice},bob=${tokens.bob}`,
      },
    );
    const taken = [ask(server, 1, tokens.alice), ask(server, 2, tokens.alice)];
    await arrived(endpoint, 2);
    const tooManyForOne = await ask(server, 3, tokens.alice);
    taken.push(ask(server, 4, tokens.bob));
    await arrived(endpoint, 3);
    const tooManyForAll = await ask(server, 5, tokens.bob);
    for (const [refused, status] of [
      [tooManyForOne, 429],
      [tooManyForAll, 503],
    ] as const) {
      expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([status, true]);
      expect(await refused.json()).toMatchObject({ jsonrpc: "2.0", error: { message: expect.any(String) } });
    }
    expect((await fetch(new URL("/healthz", server.url))).status).toBe(200);
    expect(endpoint.requests).toHaveLength(3);
    letGo();
    for (const call of taken) expect((await call).status).toBe(200);
    expect((await ask(server, 6, tokens.alice)).status).toBe(200);
  });

  test("callers together keep to what they may ask of AWS in all, and each gets an answer", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer());
    const names = ["alice", "bob", "carol", "dave"];
    await using server = await overHttp(runtime, [...fast, "--max-calls-per-second-in-all", "2"], {
      ...testKeys,
      AWS_ENDPOINT_URL: endpoint.url,
      BDA_MCP_AUTH_TOKEN: names.map((name) => `${name}=a-token-of-some-length-${name}`).join(),
    });
    const begun = performance.now();
    const calls = names.map((name, job) => ask(server, job, `a-token-of-some-length-${name}`));
    for (const call of calls) expect((await call).status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThan(1_200);
  });

  test("bodies that are sent by halves keep no good call out, however many there are", async () => {
    await using server = await overHttp(runtime);
    const half =
      "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{";
    const refusals: string[] = [];
    const sockets = Array.from({ length: 300 }, () => {
      const socket = connect(Number(server.url.port), "127.0.0.1");
      socket.on("error", () => {});
      socket.on("data", (data) => refusals.push(String(data)));
      socket.write(half);
      return socket;
    });
    // Those that came first make room.
    while (refusals.length < 44) await Bun.sleep(10);
    for (let id = 0; id < 20; id += 1) {
      const body = JSON.stringify({ jsonrpc: "2.0", id, method: "tools/list" });
      expect((await fetch(server.url, { method: "POST", headers: json, body })).status).toBe(200);
    }
    for (const refusal of refusals) expect(refusal).toMatch(/^HTTP\/1\.1 503 .*retry-after: 1\r\n/is);
    for (const socket of sockets) socket.destroy();
  });

  test("what is too large or nested without end is refused, and the server lives", async () => {
    await using server = await overHttp(runtime);
    const post = (body: string) => fetch(server.url, { method: "POST", headers: json, body });
    const nested = `{"jsonrpc":"2.0","id":1,"method":"ping","params":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect((await post(nested)).status).toBe(400);

    const port = Number(server.url.port);
    const endless =
      "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    const chunk = `4000\r\n${" ".repeat(0x4000)}\r\n`;
    // Whoever still writes may find the connection reset before they have read why.
    expect(await firstAnswer(port, endless, chunk)).toMatch(/^(HTTP\/1\.1 413 |$)/);
    const manyHeaders = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n${`x-filler: ${"y".repeat(8000)}\r\n`.repeat(128)}\r\n`;
    expect(await firstAnswer(port, manyHeaders)).not.toMatch(/^HTTP\/1\.1 2/);
    expect((await post(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }))).status).toBe(200);
  });
});

/** What comes back for these bytes; after `head` `more` is sent until something does. Empty: a closed connection. */
function firstAnswer(port: number, head: string, more?: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let sent = 0;
    const sendOn = () => {
      if (more === undefined || sent > 1024 || socket.destroyed) return;
      sent += 1;
      socket.write(more, () => setImmediate(sendOn));
    };
    socket.on("error", () => resolve(""));
    socket.on("close", () => resolve(""));
    socket.on("data", (data) => {
      resolve(String(data));
      socket.destroy();
    });
    socket.write(head, sendOn);
  });
}
