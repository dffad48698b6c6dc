import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "node:net";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overHttp, type Serving, testKeys } from "../support/server-process.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };
const rpc = (message: object) => JSON.stringify({ jsonrpc: "2.0", ...message });
const ping = rpc({ id: 1, method: "ping" });
const initialize = (id: number, protocolVersion: string) =>
  rpc({
    id,
    method: "initialize",
    params: { protocolVersion, capabilities: {}, clientInfo: { name: "raw", version: "1" } },
  });
const notJson = { id: null, error: { code: -32700 } };
const noMessage = { id: null, error: { code: -32600 } };
const nothing = "";

const cases: readonly (readonly [name: string, body: string, status: number, answer: object | string])[] = [
  ["a request before the handshake", rpc({ id: 2, method: "tools/list" }), 200, { id: 2, result: {} }],
  [
    "an unknown revision",
    initialize(3, "1999-12-31"),
    200,
    { id: 3, result: { protocolVersion: "2025-11-25" } },
  ],
  [
    "a second initialize",
    initialize(4, "2025-06-18"),
    200,
    { id: 4, result: { protocolVersion: "2025-06-18" } },
  ],
  [
    "an initialize with capabilities of an odd form",
    rpc({
      id: 4,
      method: "initialize",
      params: { ...JSON.parse(initialize(4, "2025-11-25")).params, capabilities: [] },
    }),
    200,
    { id: 4, error: { code: -32602 } },
  ],
  ["an id that is no integer", rpc({ id: 1.5, method: "ping" }), 400, { id: 1.5, error: { code: -32600 } }],
  ["an id that is empty", rpc({ id: "", method: "ping" }), 200, { id: "", result: {} }],
  ["a negative id", rpc({ id: -7, method: "ping" }), 200, { id: -7, result: {} }],
  [
    "a log level, for which there is no log to be sent",
    rpc({ id: 10, method: "logging/setLevel", params: { level: "debug" } }),
    200,
    { id: 10, error: { code: -32601 } },
  ],
  [
    "a completion for what there is not",
    rpc({
      id: 11,
      method: "completion/complete",
      params: { ref: { type: "ref/resource", uri: "x://{y}" }, argument: { name: "y", value: "" } },
    }),
    200,
    { id: 11, error: { code: -32602 } },
  ],
  ["a body that Windows wrote", `\ufeff${ping}\r\n`, 200, { id: 1, result: {} }],
  ["two messages", `${ping}\n${ping}`, 400, notJson],
  ["bytes that are no text", "\u0000\u0001\ufffd", 400, notJson],
  ["half a message", ping.slice(0, -5), 400, notJson],
  ["lists in lists without end", "[".repeat(100_000), 400, noMessage],
  ["a body of 20 MB", `"${"x".repeat(20_000_000)}"`, 413, noMessage],
  ["JSON that is no message", '"text"', 400, noMessage],
  ["null", "null", 400, noMessage],
  ["an id of null", rpc({ id: null, method: "ping" }), 400, noMessage],
  ["an id that is a list", rpc({ id: [1], method: "ping" }), 400, noMessage],
  [
    "another version of JSON-RPC",
    rpc({ jsonrpc: "1.0", id: 5, method: "ping" }),
    400,
    { id: 5, error: { code: -32600 } },
  ],
  ["a method that there is not", rpc({ id: 6, method: "no/such" }), 200, { id: 6, error: { code: -32601 } }],
  [
    "parameters of a wrong form",
    rpc({ id: 7, method: "tools/call", params: { name: 1 } }),
    200,
    { id: 7, error: { code: -32602 } },
  ],
  ["a notification of a wrong form", rpc({ method: "notifications/cancelled", params: 1 }), 400, noMessage],
  ["a notification that nobody knows", rpc({ method: "notifications/no_such" }), 202, nothing],
  [
    "a cancellation of nothing",
    rpc({ method: "notifications/cancelled", params: { requestId: 8 } }),
    202,
    nothing,
  ],
  ["an answer to no question", rpc({ id: 9, result: {} }), 202, nothing],
  ["a batch", `[${ping}]`, 400, noMessage],
];

describe.each([...runtimes, ...builtRuntimes])("bad input over HTTP on %s", (runtime) => {
  let server: Serving;
  beforeAll(async () => {
    server = await overHttp(runtime);
  });
  afterAll(async () => {
    expect(server.stderr()).not.toContain('"level":"error"');
    await server[Symbol.asyncDispose]();
  });

  const post = (body: string, headers = {}, signal?: AbortSignal) =>
    fetch(server.url, { method: "POST", headers: { ...json, ...headers }, body, signal: signal ?? null });
  const expectAlive = async () =>
    expect(await (await post(ping)).json()).toMatchObject({ id: 1, result: {} });

  test.each(cases)(
    "%s is answered by the rules, and the next good request as always",
    async (_, body, status, expected) => {
      const answer = await post(body);
      expect(answer.status).toBe(status);
      if (typeof expected === "string") expect(await answer.text()).toBe(expected);
      else expect(await answer.json()).toMatchObject({ jsonrpc: "2.0", ...expected });
      await expectAlive();
    },
  );

  test("a header with an unknown revision is refused, one with a session that somebody made up is not", async () => {
    const unknown = await post(ping, { "mcp-protocol-version": "1999-12-31" });
    expect(unknown.status).toBe(400);
    expect(await unknown.json()).toMatchObject({
      error: { code: -32000, message: expect.stringContaining("2025-11-25") },
    });
    expect((await post(ping, { "mcp-session-id": "made-up" })).status).toBe(200);
  });

  test("a storm of notifications is taken, and the next good request is answered", async () => {
    for (let round = 0; round < 10; round += 1) {
      const storm = Array.from({ length: 50 }, () => post(rpc({ method: "notifications/initialized" })));
      expect(new Set((await Promise.all(storm)).map(({ status }) => status))).toEqual(new Set([202]));
    }
    await expectAlive();
  });

  test.each([
    ["does not speak HTTP", Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0xff, 0x0d, 0x0a, 0x0d, 0x0a)],
    ["speaks MCP without HTTP", `${ping}\n`],
    [
      "leaves in the middle of a body",
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n${ping}`,
    ],
  ])("a client that %s leaves the server alive", async (_, bytes) => {
    const socket = connect(Number(server.url.port), "127.0.0.1");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {});
    socket.end(bytes);
    socket.resume();
    await closed;
    await expectAlive();
  });

  test("a client that vanishes while it is told how far a wait is ends its call to AWS", async () => {
    await using endpoint = scriptedEndpoint(() => new Promise<Response>(() => {}));
    await using waiting = await overHttp(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const invocationArn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";
    const leaving = new AbortController();
    const gone = fetch(waiting.url, {
      method: "POST",
      headers: json,
      body: rpc({
        id: 1,
        method: "tools/call",
        params: {
          name: "wait_for_data_automation_job",
          arguments: { invocationArn },
          _meta: { progressToken: "p" },
        },
      }),
      signal: leaving.signal,
    })
      .then((response) => response.text())
      .catch(() => "gone");
    await endpoint.arrived(1);
    leaving.abort();
    expect(await gone).toBe("gone");
    await endpoint.hungUp;
    expect((await fetch(waiting.url, { method: "POST", headers: json, body: ping })).status).toBe(200);
  });
});
