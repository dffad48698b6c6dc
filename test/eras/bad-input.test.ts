// What issue 6 calls bad input, in revision 2026-07-28: answered by its own rules, and the server lives.
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { modernRevision, tasksExtension } from "../support/modern-client.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overHttp, testKeys } from "../support/server-process.ts";
import {
  capabilitiesKey,
  eventsOf,
  headersOf,
  metaOf,
  post,
  posted,
  rawPipe,
  request,
  versionKey,
} from "./raw.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const uri = "bedrock-data-automation://us-east-1/111122223333/0a1b2c3d";
const listen = (notifications: object, capabilities: object = {}) =>
  request("listening", "subscriptions/listen", {
    notifications,
    _meta: metaOf(modernRevision, capabilities),
  });
const unsupported = (requested: string) => ({
  error: { code: -32022, data: { supported: [modernRevision], requested } },
});
const initialize = {
  jsonrpc: "2.0",
  id: "old",
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
};
const oldRequest = { jsonrpc: "2.0", id: "old", method: "tools/list" };
const tool = "get_data_automation_status";
const call = request(1, "tools/call", { name: tool, arguments: { invocationArn: "job-1" } });
const { [versionKey]: _, ...withoutVersion } = metaOf();
const { [capabilitiesKey]: __, ...withoutCapabilities } = metaOf();
/** Parameters that are wrong in every transport. */
const wrong: readonly (readonly [method: string, params: object])[] = [
  ["completion/complete", { ref: { type: "ref/tool", name: tool }, argument: { name: "x", value: "" } }],
  ["completion/complete", { ref: { type: "ref/prompt", name: "none" }, argument: { name: "x", value: "" } }],
  [
    "completion/complete",
    { ref: { type: "ref/resource", uri: "x://{y}" }, argument: { name: "x", value: "" } },
  ],
  ["completion/complete", { ref: null }],
  ["prompts/get", { name: "none" }],
  ["prompts/get", { name: "explain_data_automation_job", arguments: 5 }],
];
const oddMetas = [
  { ...metaOf(), [capabilitiesKey]: null },
  { ...metaOf(), [capabilitiesKey]: [] },
  { ...metaOf(), [versionKey]: 5 },
  { ...metaOf(), "io.modelcontextprotocol/clientInfo": "raw" },
];
const goodIds = [0, -7, "", Number.MAX_SAFE_INTEGER];
const badIds = [1.5, 2 ** 53];
const withTasks = { extensions: { [tasksExtension]: {} } };
const many = Array.from({ length: 101 }, (_, index) => `${uri}-${index}`);

describe.each([...runtimes, ...builtRuntimes])("over stdio on %s", (runtime) => {
  test("everything bad in one pipe is answered by the rules, and the next good request as always", async () => {
    await using pipe = rawPipe(runtime);
    const answered = async (wanted: readonly object[], ...messages: readonly unknown[]) =>
      expect(await pipe.answersTo(...messages)).toMatchObject([...wanted]);

    await answered([], "");
    await answered([{ id: 1, ...unsupported("2099-01-01") }], {
      ...call,
      params: { ...call.params, _meta: metaOf("2099-01-01") },
    });
    await answered([{ id: 1, ...unsupported("2025-11-25") }], {
      ...call,
      params: { ...call.params, _meta: metaOf("2025-11-25") },
    });
    await answered([{ id: "old", error: { code: -32602 } }], oldRequest);
    await answered([{ id: 1, error: { code: -32602 } }], { ...call, params: { name: tool } });
    await answered([{ id: 1, error: { code: -32602 } }], {
      ...call,
      params: { ...call.params, _meta: withoutVersion },
    });
    await answered([{ id: 1, error: { code: -32602 } }], {
      ...call,
      params: { ...call.params, _meta: withoutCapabilities },
    });
    // Once the new revision is spoken, there is no way back.
    await answered(
      [{ id: "old", error: { code: -32022, data: { supported: [modernRevision] } } }],
      initialize,
    );
    await answered([{ id: null, error: { code: -32600 } }], { ...call, id: null });
    await answered([{ id: null, error: { code: -32600 } }], [call, call]);
    await answered([{ id: 2, error: { code: -32601 } }], request(2, "resources/subscribe", { uri }));
    await answered([{ id: 2, error: { code: -32601 } }], request(2, "ping"));
    await answered([{ id: 2, error: { code: -32601 } }], request(2, "tasks/result", { taskId: "x" }));
    await answered([{ id: 2, error: { code: -32602 } }], request(2, "tools/call", { name: 5 }));
    await answered([{ id: 2, error: { code: -32602 } }], request(2, "tools/call", { name: "x" }));
    await answered([{ id: 2, error: { code: -32602 } }], request(2, "resources/read", { uri: "x://y" }));
    await answered([{ id: "listening", error: { code: -32602 } }], listen({ resourceSubscriptions: many }));
    await answered([{ id: "listening", error: { code: -32602 } }], listen({ resourceSubscriptions: 5 }));
    await answered(
      [{ id: "listening", error: { code: -32021, data: { requiredCapabilities: { extensions: {} } } } }],
      listen({ taskIds: ["x"] }),
    );
    await answered(
      [{ method: "notifications/subscriptions/acknowledged", params: { notifications: {} } }],
      listen({ taskIds: ["x"], resourceSubscriptions: ["x://y"] }, { extensions: { [tasksExtension]: {} } }),
    );
    await answered([{ id: "listening", error: { code: -32602 } }], listen({ taskIds: 5 }, withTasks));
    await answered([{ id: "listening", error: { code: -32602 } }], listen({ taskIds: [5] }, withTasks));
    await answered([{ id: "listening", error: { code: -32602 } }], listen({ taskIds: many }, withTasks));
    for (const [method, params] of wrong) {
      await answered([{ id: 2, error: { code: -32602 } }], request(2, method, params));
    }
    for (const _meta of oddMetas) {
      await answered([{ id: 2, error: { code: -32602 } }], request(2, "prompts/list", { _meta }));
    }
    await answered([{ id: 2, error: { code: -32601 } }], request(2, "logging/setLevel", { level: "debug" }));
    for (const id of goodIds) await answered([{ id, result: {} }], request(id, "prompts/list"));
    for (const id of badIds) await answered([{ id, error: { code: -32600 } }], request(id, "prompts/list"));
    await answered(
      [
        { id: 3, result: {} },
        { id: 3, result: {} },
      ],
      request(3, "prompts/list"),
      request(3, "prompts/list"),
    );
    const cancelled = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 4 } };
    await answered([{ id: 4, result: {} }], cancelled, request(4, "prompts/list"));
    await answered([], { jsonrpc: "2.0", method: "notifications/cancelled" });
    await answered([], { jsonrpc: "2.0", id: 9, result: {} });
  });

  test("what is dropped is told in the log, in words of ours, and nothing of it", async () => {
    const told = async (...messages: object[]) => {
      await using pipe = rawPipe(runtime);
      pipe.write(...messages);
      pipe.child.stdin.end();
      const stderr = await pipe.stderr;
      expect(stderr).not.toContain("s3cret");
      return [...stderr.matchAll(/"MCP message not handled",.*"reason":"([^"]*)"/g)].map(
        ([, reason]) => reason,
      );
    };
    const answer = { jsonrpc: "2.0", id: 9, result: { secret: "s3cret" } };
    const progress = { progressToken: "s3cret", progress: 1 };
    expect(
      await told(initialize, answer, { jsonrpc: "2.0", method: "notifications/progress", params: progress }),
    ).toEqual(["an answer to nothing that was asked", "progress of nothing that was asked"]);
    expect(await told(request(1, "prompts/list"), { ...initialize, id: "s3cret" })).toEqual([
      "a request of a revision before 2026-07-28",
    ]);
  });

  test("the bound on subscriptions is the connection's, however many ask for them", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    await using pipe = rawPipe(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const listenTo = (id: string, uris: readonly string[]) =>
      request(id, "subscriptions/listen", { notifications: { resourceSubscriptions: uris } });
    const begun = { method: "notifications/subscriptions/acknowledged" };
    const full = { error: { code: -32602, message: expect.stringContaining("At most 100") } };
    expect(
      await pipe.answersTo(listenTo("a", many.slice(0, 60)), listenTo("b", many.slice(40, 100))),
    ).toMatchObject([{ id: "b", ...full }, begun]);
    expect(await pipe.answersTo(listenTo("c", many.slice(60, 100)))).toMatchObject([begun]);
    expect(await pipe.answersTo(listenTo("d", [uri]))).toMatchObject([{ id: "d", ...full }]);
    const left = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "a" } };
    expect(await pipe.answersTo(left, listenTo("d", [uri]))).toContainEqual(expect.objectContaining(begun));
  });

  test("a client may look what there is, and shake hands in the old way all the same", async () => {
    await using pipe = rawPipe(runtime);
    pipe.write(request("look", "server/discover"));
    expect(await pipe.next()).toMatchObject({ id: "look", result: { supportedVersions: [modernRevision] } });
    pipe.write(initialize);
    expect(await pipe.next()).toMatchObject({ id: "old", result: { protocolVersion: "2025-11-25" } });
    pipe.write(oldRequest);
    expect(await pipe.next()).toMatchObject({ id: "old", result: { tools: expect.any(Array) } });
    // From here on it is an old pipe: what is of the new revision alone is not there.
    pipe.write(request("look", "server/discover"));
    expect(await pipe.next()).toMatchObject({ id: "look", error: { code: -32601 } });
  });

  test("both in one go are answered as well", async () => {
    await using pipe = rawPipe(runtime);
    pipe.write(request("look", "server/discover"), initialize);
    const answers = [await pipe.next(), await pipe.next()].sort((a, b) => `${a.id}`.localeCompare(`${b.id}`));
    expect(answers).toMatchObject([{ id: "look" }, { id: "old", result: { protocolVersion: "2025-11-25" } }]);
  });

  test("a client that vanishes while it listens ends the server, and nothing is asked of AWS any more", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    await using pipe = rawPipe(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    pipe.write(listen({ resourceSubscriptions: [uri] }));
    expect(await pipe.next()).toMatchObject({ params: { notifications: { resourceSubscriptions: [uri] } } });
    await endpoint.arrived(1);
    pipe.child.stdin.end();
    // Its last word: the subscription is over.
    expect(await pipe.next()).toMatchObject({ id: "listening", result: { resultType: "complete" } });
    expect(await pipe.child.exited).toBe(0);
    expect(await pipe.stderr).not.toMatch(/"level":"(error|warn)"/);
  });
});

describe.each([...runtimes, ...builtRuntimes])("over HTTP on %s", (runtime) => {
  test("everything bad is answered by the rules, and the next good request as always", async () => {
    await using server = await overHttp(runtime);
    const { url } = server;
    const answered = async (
      wanted: readonly [number, object],
      ...given: Parameters<typeof posted> extends [URL, ...infer Rest] ? Rest : never
    ) => expect(await posted(url, ...given)).toMatchObject([...wanted]);
    const bare = (message: object, headers: Record<string, string> = {}) =>
      fetch(url, {
        method: "POST",
        headers: { ...headersOf(call), ...headers },
        body: JSON.stringify(message),
      }).then(async (response) => [response.status, await response.json()]);

    const strange = { ...call, params: { ...call.params, _meta: metaOf("2099-01-01") } };
    await answered([400, { id: 1, ...unsupported("2099-01-01") }], strange, {
      headers: { "mcp-protocol-version": "2099-01-01" },
    });
    // Headers that contradict the body, or are missing.
    await answered([400, { id: 1, error: { code: -32020 } }], strange);
    await answered([400, { id: 1, error: { code: -32020 } }], call, {
      headers: { "mcp-method": "tools/list" },
    });
    await answered([400, { id: 1, error: { code: -32020 } }], call, {
      headers: { "mcp-name": "another_tool" },
    });
    const { "mcp-method": ___, ...withoutMethod } = headersOf(call);
    const missing = await fetch(url, { method: "POST", headers: withoutMethod, body: JSON.stringify(call) });
    expect([missing.status, await missing.json()]).toMatchObject([400, { id: 1, error: { code: -32020 } }]);
    expect(await bare(initialize)).toMatchObject([400, { error: { code: -32020 } }]);
    // No `_meta`, or half of it.
    await answered([400, { id: 1, error: { code: -32602 } }], { ...call, params: { name: tool } });
    await answered([400, { id: 1, error: { code: -32602 } }], {
      ...call,
      params: { ...call.params, _meta: withoutCapabilities },
    });
    expect(await bare({ ...call, id: null })).toMatchObject([400, { id: null, error: { code: -32600 } }]);
    expect(await bare([call])).toMatchObject([400, { id: null, error: { code: -32600 } }]);
    await answered([404, { id: 2, error: { code: -32601 } }], request(2, "ping"));
    await answered([404, { id: 2, error: { code: -32601 } }], request(2, "resources/subscribe", { uri }));
    await answered([200, { id: 2, error: { code: -32602 } }], request(2, "tools/call", { name: "x" }));
    await answered([400, { id: 2, error: { code: -32021 } }], request(2, "tasks/get", { taskId: "x" }));
    await answered([400, { id: "listening", error: { code: -32021 } }], listen({ taskIds: ["x"] }));
    await answered(
      [200, { id: "listening", error: { code: -32602 } }],
      listen({ resourceSubscriptions: many }),
    );
    await answered([200, { id: "listening", error: { code: -32602 } }], listen({ resourceSubscriptions: 5 }));

    await answered([200, { error: { code: -32602 } }], listen({ taskIds: 5 }, withTasks));
    await answered([200, { error: { code: -32602 } }], listen({ taskIds: many }, withTasks));
    for (const [method, params] of wrong) {
      await answered([200, { id: 2, error: { code: -32602 } }], request(2, method, params));
    }
    for (const _meta of oddMetas) {
      await answered([400, { id: 2, error: { code: -32602 } }], request(2, "prompts/list", { _meta }));
    }
    await answered([404, { error: { code: -32601 } }], request(2, "logging/setLevel", { level: "debug" }));
    for (const id of goodIds) await answered([200, { id, result: {} }], request(id, "prompts/list"));
    for (const id of badIds)
      await answered([400, { id, error: { code: -32600 } }], request(id, "prompts/list"));

    // Nothing that can be listened to: acknowledged as such, and over.
    const nothing = await Array.fromAsync(
      eventsOf(await post(url, listen({ resourceSubscriptions: ["x://y"] }))),
    );
    expect(nothing).toMatchObject([{ params: { notifications: {} } }, { id: "listening", result: {} }]);

    // Without a word of a revision it is an old request, on the same address.
    const old = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
      body: JSON.stringify(oldRequest),
    });
    expect([old.status, await old.json()]).toMatchObject([200, { result: { tools: expect.any(Array) } }]);
    await answered([200, { id: 1, result: { isError: true } }], call);
    expect(server.stderr()).not.toMatch(/"level":"error"/);
  });

  test("a client that vanishes while it listens is asked for no longer", async () => {
    await using endpoint = scriptedEndpoint(() => new Promise<Response>(() => {}));
    await using server = await overHttp(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const leaving = new AbortController();
    const response = await post(server.url, listen({ resourceSubscriptions: [uri] }), {
      signal: leaving.signal,
    });
    const events = eventsOf(response);
    expect((await events.next()).value).toMatchObject({
      params: { notifications: { resourceSubscriptions: [uri] } },
    });
    await endpoint.arrived(1);
    leaving.abort();
    await endpoint.hungUp;
    expect((await posted(server.url, call))[0]).toBe(200);
    expect(server.stderr()).not.toMatch(/"level":"(error|warn)"/);
  });
});
