// What revision 2026-07-28 has of its own: discovery, caching hints, listening, tasks as an extension.
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { CallToolResultSchema, CreateTaskResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { modernClient, modernOver, modernRevision, tasksExtension } from "../support/modern-client.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { awsError, jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overHttp, overStdio, testKeys } from "../support/server-process.ts";
import { serverOver, transports } from "../support/transports.ts";
import { eventsOf, metaOf, post, posted, type RawAnswer, rawPipe, request, subscriptionKey } from "./raw.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const arnOf = (id: string) => `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${id}`;
const uriOf = (id: string) => `bedrock-data-automation://us-east-1/111122223333/${id}`;
const waitTool = "wait_for_data_automation_job";
const wait = (id: string, more: object = {}) => ({
  name: waitTool,
  arguments: { invocationArn: arnOf(id), ...more },
});
/** What a request says whose client takes tasks for answers. */
const withTasks = { _meta: metaOf(modernRevision, { extensions: { [tasksExtension]: {} } }) };
const acknowledged = (id: string, ...uris: string[]) => ({
  method: "notifications/subscriptions/acknowledged",
  params: { notifications: { resourceSubscriptions: uris }, _meta: { [subscriptionKey]: id } },
});
/**
 * Asks until the answer is this: what AWS said is good for a second. Whoever asks shortens the pace of those who
 * listen to the same job.
 */
async function until(wanted: string, ask: () => Promise<unknown>): Promise<void> {
  while (!JSON.stringify(await ask()).includes(wanted)) await Bun.sleep(50);
}
const statusOf = (id: string) => ({
  name: "get_data_automation_status",
  arguments: { invocationArn: arnOf(id) },
});

const everyRuntime = [...runtimes, ...builtRuntimes];
const cases = everyRuntime.flatMap((runtime) => transports.map((transport) => [runtime, transport] as const));

describe.each(cases)("on %s over %s", (runtime, transport) => {
  test("the server says what it is and what it can, and for how long that may be kept", async () => {
    await using server = await modernOver(transport, runtime);
    const { client } = server;
    const discovered = client.getDiscoverResult();
    expect(discovered).toMatchObject({
      supportedVersions: [modernRevision],
      capabilities: {
        tools: {},
        resources: { subscribe: true },
        prompts: {},
        completions: {},
        extensions: {},
      },
      instructions: expect.stringContaining("Never start a job again"),
      cacheScope: "public",
    });
    expect(discovered?.capabilities.extensions).toEqual({ [tasksExtension]: {} });
    // The same for everybody: nothing of it depends on who asks.
    for (const list of [
      await client.listTools(),
      await client.listResources(),
      await client.listResourceTemplates(),
      await client.listPrompts(),
      await client.readResource({ uri: "bedrock-data-automation://guide" }),
    ]) {
      expect(list.cacheScope).toBe("public");
      expect(list.ttlMs).toBeGreaterThan(0);
    }
  });

  test("a job that has ended may be kept for long, one that runs until it is worth another look, and by its caller alone", async () => {
    let status = "InProgress";
    await using endpoint = scriptedEndpoint(() =>
      status === "none"
        ? awsError("ResourceNotFoundException", "no such job", { status: 404 })
        : jobAnswer({ status }),
    );
    await using server = await modernOver(transport, runtime, [], {
      ...testKeys,
      AWS_ENDPOINT_URL: endpoint.url,
    });
    const { client } = server;
    const running = await client.readResource({ uri: uriOf("running") });
    const [content] = running.contents;
    const { explanation } = JSON.parse(content !== undefined && "text" in content ? content.text : "");
    expect(explanation.checkAgainInSeconds).toBeGreaterThan(0);
    expect(running).toMatchObject({ ttlMs: explanation.checkAgainInSeconds * 1000, cacheScope: "private" });
    status = "Success";
    const ended = await client.readResource({ uri: uriOf("ended") });
    expect(ended.cacheScope).toBe("private");
    expect(ended.ttlMs).toBeGreaterThan(3_600_000);
    status = "none";
    const missing = client.readResource({ uri: uriOf("missing") });
    // In this revision what is not there is a wrong parameter.
    expect(await missing.catch((thrown: { readonly code: number }) => thrown.code)).toBe(-32602);
  });

  test("a wait tells how far it is, and ends at once when it is cancelled", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    await using server = await modernOver(transport, runtime, [], {
      ...testKeys,
      AWS_ENDPOINT_URL: endpoint.url,
    });
    const { client } = server;
    const told: { readonly message?: string | undefined }[] = [];
    const waited = await client.callTool(wait("told", { timeoutSeconds: 1 }), {
      onprogress: (progress) => told.push(progress),
    });
    expect(waited.structuredContent).toMatchObject({ waited: { timedOut: true } });
    expect(told[0]?.message).toContain("InProgress");

    await using hanging = scriptedEndpoint(() => new Promise<Response>(() => {}));
    await using other = await modernOver(transport, runtime, [], {
      ...testKeys,
      AWS_ENDPOINT_URL: hanging.url,
    });
    const cancelling = new AbortController();
    const cancelled = other.client
      .callTool(wait("cancelled"), { signal: cancelling.signal })
      .catch(() => "cancelled");
    await hanging.arrived(1);
    cancelling.abort();
    expect(await cancelled).toBe("cancelled");
    await hanging.hungUp;
    expect((await other.client.listPrompts({}, { cacheMode: "bypass" })).prompts.length).toBe(2);
  });

  test("who listens to a job hears of its change, of no other, and of nothing once it has stopped", async () => {
    let status = "InProgress";
    await using endpoint = scriptedEndpoint((asked) =>
      jobAnswer({ status: asked.body.includes("other") ? "InProgress" : status }),
    );
    await using server = await modernOver(transport, runtime, [], {
      ...testKeys,
      AWS_ENDPOINT_URL: endpoint.url,
    });
    const { client } = server;
    const updated: string[] = [];
    const heard = new Promise<void>((resolve) => {
      client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
        updated.push(params.uri);
        resolve();
      });
    });
    const [uri, other] = [uriOf("one"), uriOf("other")];
    const subscription = await client.listen({
      resourceSubscriptions: [uri, other, uri, "x://y", uriOf("not a job")],
    });
    expect(subscription.honoredFilter).toEqual({ resourceSubscriptions: [uri, other] });
    await endpoint.arrived(2);
    status = "Success";
    await until("Success", () => client.callTool(statusOf("one")));
    await heard;
    expect(updated).toEqual([uri]);
    expect(await client.readResource({ uri })).toMatchObject({ cacheScope: "private" });
    await subscription.close();
    expect(await subscription.closed).toBe("local");
    expect(server.stderr()).not.toMatch(/"level":"(error|warn)"/);
  });

  test("when the server is told to stop, a subscription ends as the protocol wants it", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    await using server = await modernOver(transport, runtime, [], {
      ...testKeys,
      AWS_ENDPOINT_URL: endpoint.url,
    });
    const subscription = await server.client.listen({ resourceSubscriptions: [uriOf("one")] });
    await endpoint.arrived(1);
    await server.stop();
    expect(await subscription.closed).toBe("graceful");
  });

  test("a task begun in one era goes on in the other", async () => {
    let status = "InProgress";
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status }));
    const env = { ...testKeys, AWS_ENDPOINT_URL: endpoint.url };
    await using old = await serverOver(transport, runtime, [], env);
    const client = modernClient({ [tasksExtension]: {} });
    await using modern = await modernOver(transport, runtime, [], env, client);
    const anything = z.looseObject({ taskId: z.string(), status: z.string() });
    const ask = (taskId: string) =>
      modern.client.request({ method: "tasks/get", params: { taskId } }, anything);

    const call = { method: "tools/call", params: { ...wait("old-one"), task: { ttl: 60_000 } } };
    const begun = (await old.client.request(call, CreateTaskResultSchema)).task;
    expect(await ask(begun.taskId)).toMatchObject({ status: "working", ttlMs: 60_000 });
    const young = await rawTask(transport, runtime, env, "young-one");
    status = "ClientError";
    const { tasks } = old.client.experimental;
    expect(await tasks.getTask(young)).toMatchObject({ status: "completed" });
    const ended = await tasks.getTaskResult(young, CallToolResultSchema);
    expect(ended.structuredContent).toMatchObject({ status: "ClientError" });
    await until("completed", () => ask(begun.taskId));
    expect(await ask(begun.taskId)).toMatchObject({
      status: "completed",
      result: { structuredContent: { status: "ClientError", waited: {} }, content: [{ type: "text" }] },
    });
  });
});

/** The id of a wait for a running job that was asked for by a client that takes tasks for answers. */
async function rawTask(
  transport: "stdio" | "http",
  runtime: (typeof everyRuntime)[number],
  env: Readonly<Record<string, string>>,
  job: string,
): Promise<string> {
  const message = request(1, "tools/call", { ...wait(job), ...withTasks });
  if (transport === "stdio") {
    await using pipe = rawPipe(runtime, [], env);
    pipe.write(message);
    return String((await pipe.next()).result?.taskId);
  }
  await using server = await overHttp(runtime, [], env);
  return String((await posted(server.url, message))[1].result?.taskId);
}

describe.each(everyRuntime)("tasks on %s", (runtime) => {
  test("a wait for a running job is a task for who knows tasks, and for nobody else", async () => {
    let status = "InProgress";
    await using endpoint = scriptedEndpoint((asked) =>
      asked.body.includes("missing")
        ? awsError("ResourceNotFoundException", "no such job", { status: 404 })
        : jobAnswer({ status }),
    );
    await using server = await overHttp(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const ask = async (method: string, params: object, meta: object = withTasks) =>
      (await posted(server.url, request(1, method, { ...params, ...meta })))[1];

    const begun = await ask("tools/call", wait("one"));
    expect(begun.result).toMatchObject({
      resultType: "task",
      status: "working",
      statusMessage: expect.stringContaining("InProgress"),
      ttlMs: expect.any(Number),
      pollIntervalMs: expect.any(Number),
    });
    expect(begun.result?.content).toBeUndefined();
    const taskId = String(begun.result?.taskId);
    expect((await ask("tasks/get", { taskId })).result).toMatchObject({
      resultType: "complete",
      status: "working",
    });
    // It asks for nothing: what is brought to it all the same is taken note of.
    const update = await ask("tasks/update", { taskId, inputResponses: { name: { action: "accept" } } });
    expect(update.result).toMatchObject({ resultType: "complete" });
    for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
      expect((await ask(method, { taskId }, {})).error).toMatchObject({
        code: -32021,
        data: { requiredCapabilities: { extensions: { [tasksExtension]: {} } } },
      });
      expect((await ask(method, { taskId: "none" })).error).toMatchObject({ code: -32602 });
      expect((await ask(method, {})).error).toMatchObject({ code: -32602 });
    }
    expect((await ask("tools/call", wait("two", { timeoutSeconds: 1 }), {})).result).toMatchObject({
      resultType: "complete",
      structuredContent: { waited: { timedOut: true } },
    });

    expect((await ask("tasks/cancel", { taskId })).result).toMatchObject({ resultType: "complete" });
    expect((await ask("tasks/get", { taskId })).result).toMatchObject({
      status: "cancelled",
      statusMessage: expect.stringContaining("runs on"),
    });
    // Once more is no error here.
    expect((await ask("tasks/cancel", { taskId })).result).toMatchObject({ resultType: "complete" });

    // There is nothing to wait for: answered at once.
    status = "Success";
    expect((await ask("tools/call", wait("three"))).result).toMatchObject({
      resultType: "complete",
      structuredContent: { status: "Success" },
    });
    expect((await ask("tools/call", wait("missing"))).result).toMatchObject({ isError: true });
    expect(
      (await ask("tools/call", { name: waitTool, arguments: { invocationArn: "job" } })).result,
    ).toMatchObject({
      isError: true,
    });
  });

  test("a task whose call to AWS fails for good has that for its result", async () => {
    let refused = false;
    await using endpoint = scriptedEndpoint(() =>
      refused
        ? awsError("AccessDeniedException", "not authorized", { status: 403 })
        : jobAnswer({ status: "InProgress" }),
    );
    const env = { ...testKeys, AWS_ENDPOINT_URL: endpoint.url };
    const taskId = await rawTask("http", runtime, env, "one");
    refused = true;
    await using server = await overHttp(runtime, [], env);
    const [, { result }] = await posted(server.url, request(1, "tasks/get", { taskId, ...withTasks }));
    expect(result).toMatchObject({
      status: "completed",
      result: { isError: true, content: [{ text: expect.stringContaining("AccessDenied") }] },
    });
  });
});

describe.each(cases)("who listens to tasks, on %s over %s,", (runtime, transport) => {
  const withTasksOnly = (id: string, notifications: object) =>
    request(id, "subscriptions/listen", { notifications, ...withTasks });

  /** A raw client that takes tasks for answers, whichever way it comes. */
  async function rawClient(env: Readonly<Record<string, string>>) {
    if (transport === "stdio") {
      const pipe = rawPipe(runtime, [], env);
      const unread: RawAnswer[] = [];
      return {
        async ask(method: string, params: object): Promise<RawAnswer> {
          pipe.write(request("ask", method, { ...params, ...withTasks }));
          for (;;) {
            const answer = await pipe.next();
            if (answer.id === "ask") return answer;
            unread.push(answer);
          }
        },
        listen(id: string, notifications: object) {
          pipe.write(withTasksOnly(id, notifications));
          return async () => unread.shift() ?? (await pipe.next());
        },
        stop: () => pipe.child.stdin.end(),
        stderr: () => pipe.stderr,
        [Symbol.asyncDispose]: () => pipe[Symbol.asyncDispose](),
      };
    }
    const server = await overHttp(runtime, [], env);
    return {
      ask: async (method: string, params: object) =>
        (await posted(server.url, request("ask", method, { ...params, ...withTasks })))[1],
      listen(id: string, notifications: object) {
        const events = post(server.url, withTasksOnly(id, notifications)).then(eventsOf);
        return async () => (await (await events).next()).value;
      },
      stop: () => server.process.kill("SIGTERM"),
      stderr: async () => server.stderr(),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  }

  test("hears at once how they stand, of each change, and of the result; and so do others who listen", async () => {
    let status = "Created";
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status }));
    await using client = await rawClient({ ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const begun = await client.ask("tools/call", wait("one"));
    const taskId = String(begun.result?.taskId);
    const told = (id: string, task: object) => ({
      jsonrpc: "2.0",
      method: "notifications/tasks",
      params: { taskId, _meta: { [subscriptionKey]: id }, ...task },
    });
    const uri = uriOf("other");

    const next = client.listen("a", { taskIds: [taskId, "none", taskId], resourceSubscriptions: [uri] });
    const first = await next();
    expect(first).toMatchObject({
      method: "notifications/subscriptions/acknowledged",
      params: { _meta: { [subscriptionKey]: "a" } },
    });
    expect(first?.params?.notifications).toEqual({ taskIds: [taskId], resourceSubscriptions: [uri] });
    const working = await next();
    expect(working).toMatchObject(told("a", { status: "working", ttlMs: expect.any(Number) }));
    expect(working?.params?.uri).toBeUndefined();
    expect(working?.params?.statusMessage).toContain("Created");

    status = "InProgress";
    await until("InProgress", () => client.ask("tools/call", statusOf("one")));
    expect((await next())?.params).toMatchObject({ statusMessage: expect.stringContaining("InProgress") });
    status = "ClientError";
    await until("ClientError", () => client.ask("tools/call", statusOf("one")));
    const heard: (RawAnswer | undefined)[] = [await next()];
    // The other job ends as well: which of them is told first is open.
    while (heard.at(-1)?.method !== "notifications/tasks") heard.push(await next());
    const ended = heard.at(-1);
    expect(ended).toMatchObject(told("a", { status: "completed" }));
    const got = await client.ask("tasks/get", { taskId });
    const { resultType, _meta: __, lastUpdatedAt, ...task } = got.result ?? {};
    const { _meta, lastUpdatedAt: ___, ...params } = ended?.params ?? {};
    expect(withoutWaited(params)).toEqual(withoutWaited(task));

    // One that is over is told once, to whoever comes.
    const late = client.listen("b", { taskIds: [taskId] });
    expect((await late())?.params?.notifications).toEqual({ taskIds: [taskId] });
    expect(await late()).toMatchObject(told("b", { status: "completed", result: { content: [{}] } }));
    client.stop();
    expect(await client.stderr()).not.toMatch(/"level":"(error|warn)"/);
  });

  test("hears that one was cancelled, and that the time of another is up", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    await using client = await rawClient({ ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const idOf = async (job: string, more: object = {}) =>
      String((await client.ask("tools/call", wait(job, more))).result?.taskId);
    const [one, short] = [await idOf("one"), await idOf("short", { timeoutSeconds: 2 })];
    const next = client.listen("a", { taskIds: [one, short] });
    expect((await next())?.params?.notifications).toEqual({ taskIds: [one, short] });
    expect([(await next())?.params?.status, (await next())?.params?.status]).toEqual(["working", "working"]);
    await client.ask("tasks/cancel", { taskId: one });
    const told = [await next(), await next()];
    expect(told.find((message) => message?.params?.taskId === one)?.params).toMatchObject({
      status: "cancelled",
      statusMessage: expect.stringContaining("runs on"),
    });
    expect(told.find((message) => message?.params?.taskId === short)?.params).toMatchObject({
      status: "completed",
      result: { structuredContent: { waited: { timedOut: true } } },
    });
    // Told to stop, the server ends the subscription as the protocol wants it.
    client.stop();
    expect(await next()).toMatchObject({ id: "a", result: { resultType: "complete" } });
    expect(await client.stderr()).not.toMatch(/"level":"(error|warn)"/);
  });
});

/** How long a result was waited for is another each time it is asked for. */
function withoutWaited(task: object): unknown {
  return JSON.parse(JSON.stringify(task, (key, value) => (key === "waited" ? undefined : value)));
}

describe.each(everyRuntime)("on the wire on %s", (runtime) => {
  test("each message of a subscription carries its id, on stdio as over HTTP", async () => {
    let status = "InProgress";
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status }));
    const env = { ...testKeys, AWS_ENDPOINT_URL: endpoint.url };
    const uri = uriOf("one");
    const listen = (id: string) =>
      request(id, "subscriptions/listen", { notifications: { resourceSubscriptions: [uri] } });
    const update = (id: string) => ({
      method: "notifications/resources/updated",
      params: { uri, _meta: { [subscriptionKey]: id } },
    });

    await using pipe = rawPipe(runtime, [], env);
    pipe.write(listen("a"), listen("b"));
    expect([await pipe.next(), await pipe.next()]).toMatchObject([
      acknowledged("a", uri),
      acknowledged("b", uri),
    ]);
    await endpoint.arrived(1);
    pipe.write({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "a" } });
    status = "Success";
    const heard: RawAnswer[] = [];
    await until("Success", async () => {
      heard.push(...(await pipe.answersTo(request("status", "tools/call", statusOf("one")))));
      return heard;
    });
    expect(heard.filter(({ method }) => method !== undefined)).toMatchObject([update("b")]);

    status = "InProgress";
    await using server = await overHttp(runtime, [], env);
    const leaving = new AbortController();
    const asked = endpoint.requests.length;
    const events = eventsOf(await post(server.url, listen("c"), { signal: leaving.signal }));
    expect((await events.next()).value).toMatchObject(acknowledged("c", uri));
    await endpoint.arrived(asked + 1);
    status = "Success";
    await until("Success", () => posted(server.url, request(1, "tools/call", statusOf("one"))));
    expect((await events.next()).value).toMatchObject(update("c"));
    leaving.abort();
  });

  test("a call is answered as JSON, one whose client wants to hear how far it is by events", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
    await using server = await overHttp(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const plain = await post(server.url, request(1, "tools/call", wait("one")));
    expect(plain.headers.get("content-type")).toStartWith("application/json");
    const told = await post(
      server.url,
      request(2, "tools/call", { ...wait("one"), _meta: { ...metaOf(), progressToken: 0 } }),
    );
    expect(told.headers.get("content-type")).toStartWith("text/event-stream");
    expect((await Array.fromAsync(eventsOf(told))).at(-1)).toMatchObject({
      id: 2,
      result: { structuredContent: {} },
    });
  });

  test("an old client's pipe and an old client's request know nothing of it", async () => {
    await using stdio = await overStdio(runtime, ["--simulate"]);
    await using http = await overHttp(runtime, ["--simulate"]);
    for (const client of [stdio.client, await http.connect()]) {
      const { tools, ...rest } = await client.listTools();
      expect(rest).toEqual({});
      expect(tools.some(({ execution }) => execution !== undefined)).toBe(true);
    }
  });
});
