import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { LineReader, pipedServer } from "../support/raw-stdio.ts";
import { type AnyRuntime, builtRuntimes, runtimes } from "../support/runtimes.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { testKeys } from "../support/server-process.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

interface Answer {
  readonly id: string | number | null;
  readonly error?: { readonly code: number; readonly message: string };
  readonly result?: Readonly<Record<string, unknown>>;
}

/** A server whose stdin takes any bytes. */
function server(runtime: AnyRuntime, env: Readonly<Record<string, string>> = testKeys) {
  const child = pipedServer(runtime, [], env);
  const lines = new LineReader(child.stdout);
  let pings = 0;

  return {
    child,
    lines,
    stderr: new Response(child.stderr).text(),
    /** All that is answered to these bytes before the answer to a good request that is sent after them. */
    async answersTo(bytes: string | Uint8Array): Promise<(Answer | Answer[])[]> {
      pings += 1;
      const id = `ping ${pings}`;
      child.stdin.write(bytes);
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method: "ping" })}\n`);
      child.stdin.flush();
      const answers: (Answer | Answer[])[] = [];
      for (;;) {
        const answer = JSON.parse(await lines.next());
        if (answer.id === id) {
          expect(answer.result).toEqual({});
          return answers;
        }
        answers.push(answer);
      }
    },
  };
}

const line = (message: unknown) => `${JSON.stringify(message)}\n`;
const initialize = (id: number, protocolVersion: string) =>
  line({
    jsonrpc: "2.0",
    id,
    method: "initialize",
    params: { protocolVersion, capabilities: {}, clientInfo: { name: "pipe", version: "1" } },
  });
const initializeWith = (id: number, more: object) => {
  const message = JSON.parse(initialize(id, "2025-11-25"));
  return line({ ...message, params: { ...message.params, ...more } });
};
const ping = (id: unknown) => line({ jsonrpc: "2.0", id, method: "ping" });
const cancel = (requestId?: unknown) =>
  line({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } });
const complete = (id: number, ref: unknown, name = "invocationArn") =>
  line({
    jsonrpc: "2.0",
    id,
    method: "completion/complete",
    params: { ref, argument: { name, value: "" } },
  });
const wrongParams = (id: number) => ({ id, error: { code: -32602 } });
const refused = (id: number) => ({ id, error: { code: -32600 } });
const pong = (id: string | number) => ({ id, result: {} });
const nothingToComplete = (id: number) => ({ id, result: { completion: { values: [] } } });
const notJson = { id: null, error: { code: -32700 } };
const noMessage = { id: null, error: { code: -32600 } };
const noise = Uint8Array.from({ length: 4096 }, (_, index) => (index * 151 + 128) % 256).map((byte) =>
  byte === 0x0a ? 0 : byte,
);

const cases: readonly (readonly [name: string, bytes: string | Uint8Array, answers: readonly object[]])[] = [
  [
    "a request before the handshake",
    line({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
    [{ id: 1, result: { tools: expect.any(Array) } }],
  ],
  [
    "a batch before the handshake, when no revision is known",
    line([{ jsonrpc: "2.0", id: 1, method: "ping" }]),
    [noMessage],
  ],
  [
    "an unknown revision",
    initialize(2, "1999-12-31"),
    [{ id: 2, result: { protocolVersion: "2025-11-25" } }],
  ],
  [
    "a second initialize",
    initialize(3, "2025-06-18"),
    [{ id: 3, result: { protocolVersion: "2025-06-18" } }],
  ],
  [
    "an initialize with fields that nobody knows",
    initializeWith(10, { capabilities: { later: { with: [1, null] } }, later: null }),
    [{ id: 10, result: { protocolVersion: "2025-11-25" } }],
  ],
  [
    "an initialize with capabilities of odd forms, or with nothing",
    [null, [], "all", { sampling: null }, { roots: 5 }]
      .map((capabilities, index) => initializeWith(11 + index, { capabilities }))
      .join("") + line({ jsonrpc: "2.0", id: 16, method: "initialize" }),
    [11, 12, 13, 14, 15, 16].map(wrongParams),
  ],
  [
    "an initialize that is called off, which nobody may",
    initialize(17, "2025-11-25") + cancel(17),
    [{ id: 17, result: { protocolVersion: "2025-11-25" } }],
  ],
  [
    "ids that are no integers, or too large to be kept",
    [1.5, 2 ** 53, 1e300].map(ping).join(""),
    [1.5, 2 ** 53, 1e300].map(refused),
  ],
  [
    "ids that are odd and good",
    [0, -7, "", " ", "1", Number.MAX_SAFE_INTEGER].map(ping).join(""),
    [0, -7, "", " ", "1", Number.MAX_SAFE_INTEGER].map(pong),
  ],
  ["one id for two requests at once", ping(18) + ping(18), [pong(18), pong(18)]],
  ["a cancellation of nothing, and of no id", cancel("nothing") + cancel(null) + cancel() + cancel({}), []],
  ["a cancellation that comes before its request", cancel(19) + ping(19), [pong(19)]],
  [
    "a log level, for which there is no log to be sent",
    line({ jsonrpc: "2.0", id: 20, method: "logging/setLevel", params: { level: "debug" } }),
    [{ id: 20, error: { code: -32601 } }],
  ],
  [
    "completions for what there is not",
    complete(21, { type: "ref/prompt", name: "none" }) +
      complete(22, { type: "ref/resource", uri: "x://{y}" }) +
      complete(23, { type: "ref/tool", name: "get_data_automation_status" }) +
      complete(24, null),
    [21, 22, 23, 24].map(wrongParams),
  ],
  [
    "completions where there is nothing to complete",
    complete(25, { type: "ref/prompt", name: "explain_data_automation_job" }, "__proto__") +
      complete(26, { type: "ref/resource", uri: "bedrock-data-automation://guide" }) +
      complete(27, {
        type: "ref/resource",
        uri: "bedrock-data-automation://us-east-1/111122223333/0a1b2c3d",
      }),
    [25, 26, 27].map(nothingToComplete),
  ],
  ["a client that speaks HTTP", "GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n", [notJson, notJson]],
  ["bytes that are no text", Uint8Array.of(...noise, 0x0a), [notJson]],
  ["half a message", '{"jsonrpc":"2.0","id":4,\n', [notJson]],
  ["a line of 20 MB", `"${"x".repeat(20_000_000)}"\n`, [noMessage]],
  ["JSON that is no message", '"text"\n42\nnull\n{}\n', [noMessage, noMessage, noMessage, noMessage]],
  ["an id of null", line({ jsonrpc: "2.0", id: null, method: "ping" }), [noMessage]],
  ["an id that is a list", line({ jsonrpc: "2.0", id: [1], method: "ping" }), [noMessage]],
  [
    "another version of JSON-RPC",
    line({ jsonrpc: "1.0", id: 5, method: "ping" }),
    [{ id: 5, error: { code: -32600 } }],
  ],
  [
    "a method that there is not",
    line({ jsonrpc: "2.0", id: 6, method: "no/such" }),
    [{ id: 6, error: { code: -32601 } }],
  ],
  [
    "parameters of a wrong form",
    line({ jsonrpc: "2.0", id: 7, method: "tools/call", params: { name: 1 } }),
    [{ id: 7, error: { code: -32602 } }],
  ],
  [
    "a notification of a wrong form",
    line({ jsonrpc: "2.0", method: "notifications/cancelled", params: 1 }),
    [],
  ],
  ["a notification that nobody knows", line({ jsonrpc: "2.0", method: "notifications/no_such" }), []],
  ["an answer to no question", line({ jsonrpc: "2.0", id: 8, result: {} }), []],
  ["an error to no question", line({ jsonrpc: "2.0", id: null, error: { code: -32700, message: "?" } }), []],
  [
    "a storm of notifications",
    line({
      jsonrpc: "2.0",
      method: "notifications/progress",
      params: { progressToken: 1, progress: 1 },
    }).repeat(20_000),
    [],
  ],
  ["blank lines", "\n\r\n  \n", []],
  [
    "a batch, which this revision does not have",
    line([{ jsonrpc: "2.0", id: 1, method: "ping" }]),
    [noMessage],
  ],
  [
    "a line that Windows wrote",
    `\ufeff${JSON.stringify({ jsonrpc: "2.0", id: 9, method: "ping" })}\r\n`,
    [{ id: 9, result: {} }],
  ],
];

describe.each([...runtimes, ...builtRuntimes])("bad input over stdio on %s", (runtime) => {
  let one: ReturnType<typeof server>;
  beforeAll(() => {
    one = server(runtime);
  });
  afterAll(async () => {
    one.child.stdin.end();
    expect(await one.child.exited).toBe(0);
    // Whoever runs the server is told what was wrong, and not 20,000 times.
    const warnings = (await one.stderr).split("\n").filter((text) => text.includes('"level":"warn"'));
    expect(warnings.length).toBeGreaterThan(5);
    expect(warnings.length).toBeLessThan(100);
    expect(warnings.at(-1)).toMatch(/more of these","messages":\d+/);
  });

  test.each(cases)(
    "%s is answered by the rules, and the next good request as always",
    async (_, bytes, answers) => {
      expect(await one.answersTo(bytes)).toMatchObject([...answers]);
    },
  );

  test("a batch is answered as one in revision 2025-03-26, which has them", async () => {
    const ping = (id: unknown) => ({ jsonrpc: "2.0", id, method: "ping" });
    const cancelled = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 31 } };
    const again = JSON.parse(initialize(32, "2025-06-18"));
    expect(await one.answersTo(initialize(30, "2025-03-26"))).toMatchObject([{ id: 30 }]);
    const [answers, ...more] = await one.answersTo(line([ping("a"), ping("b"), 5, ping(null), again]));
    expect(more).toEqual([]);
    const outcomes = [answers ?? []].flat().map(({ id, error }) => `${id}: ${error?.code ?? "answered"}`);
    expect(outcomes.sort()).toEqual([
      "32: -32600",
      "a: answered",
      "b: answered",
      "null: -32600",
      "null: -32600",
    ]);
    // What is cancelled is not waited for; what needs no answer gets none.
    expect(await one.answersTo(line([ping(31), cancelled, ping("c")]))).toMatchObject([[{ id: "c" }]]);
    expect(await one.answersTo(line([cancelled]))).toEqual([]);
    expect(await one.answersTo(line([]))).toMatchObject([noMessage]);
    const thousand = Array.from({ length: 1_000 }, (_, id) => ping(id));
    expect((await one.answersTo(line(thousand)))[0]).toHaveLength(1_000);
    // The line is under its own bound.
    const tooMany = Array.from({ length: 100_000 }, () => ({ jsonrpc: "2.0", id: 1, method: "p" }));
    expect(await one.answersTo(line(tooMany))).toMatchObject([
      { ...noMessage, error: { message: expect.stringContaining("1000 messages") } },
    ]);
  });

  test("a last line without a line break is answered if it is whole", async () => {
    const whole = server(runtime);
    whole.child.stdin.write(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }));
    whole.child.stdin.end();
    expect(JSON.parse(await whole.lines.next())).toEqual({ jsonrpc: "2.0", id: 1, result: {} });
    expect(await whole.child.exited).toBe(0);
  });

  test("a last line that is cut short is noted in the log, and not answered", async () => {
    const cut = server(runtime);
    cut.child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"ping"');
    cut.child.stdin.end();
    expect(await cut.lines.next().catch(({ message }) => message)).toBe("the server ended");
    expect(await cut.child.exited).toBe(0);
    expect(await cut.stderr).toMatch(/"level":"warn","message":"MCP message not handled"/);
  });

  test("a client that no longer reads, in the middle of a call, ends the server well", async () => {
    const answer = Promise.withResolvers<Response>();
    await using endpoint = scriptedEndpoint(() => answer.promise);
    const left = server(runtime, { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const invocationArn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";
    left.child.stdin.write(
      line({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "get_data_automation_status", arguments: { invocationArn } },
      }),
    );
    left.child.stdin.flush();
    await endpoint.arrived(1);
    await left.lines.cancel();
    answer.resolve(jobAnswer({ status: "Success" }));
    // The answer may have gone into the pipe before its other end was closed: what comes after it finds out.
    while (left.child.exitCode === null) {
      try {
        left.child.stdin.write(line({ jsonrpc: "2.0", id: 2, method: "ping" }));
        left.child.stdin.flush();
      } catch (thrown) {
        // It has ended since it was looked at.
        expect(thrown).toMatchObject({ code: "EPIPE" });
      }
      await Bun.sleep(20);
    }
    expect(await left.child.exited).toBe(0);
  });
});
