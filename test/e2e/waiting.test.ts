import { describe, expect, test } from "bun:test";
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { awsError, jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overHttp, overStdio, testKeys, textOf } from "../support/server-process.ts";

const arnOf = (id: string) => `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${id}`;
const arn = arnOf("0a1b2c3d");
const uri = "bedrock-data-automation://us-east-1/111122223333/0a1b2c3d";
const wait = (args: object = {}) => ({
  name: "wait_for_data_automation_job",
  arguments: { invocationArn: arn, ...args },
});

describe.each([...runtimes, ...builtRuntimes])("on %s", (runtime) => {
  test("a wait for a job that has ended answers at once; one that has not gives its latest status, no error", async () => {
    await using endpoint = scriptedEndpoint((request) =>
      jobAnswer({ status: request.body.includes("ended") ? "ClientError" : "InProgress" }),
    );
    await using server = await overStdio(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const ended = await server.client.callTool(wait({ invocationArn: arnOf("ended"), timeoutSeconds: 300 }));
    expect(ended.structuredContent).toMatchObject({
      status: "ClientError",
      explanation: { verdict: "failed", fault: "request" },
      waited: { checks: 1, timedOut: false },
    });
    const running = await server.client.callTool(wait({ timeoutSeconds: 1 }));
    expect(running.isError ?? false).toBe(false);
    expect(running.structuredContent).toMatchObject({
      status: "InProgress",
      explanation: { verdict: "running", checkAgainInSeconds: expect.any(Number) },
      waited: { checks: 1, timedOut: true },
    });
    expect(textOf(running)).toContain(arn);
    expect(endpoint.requests.length).toBe(2);
  });

  test("a wait tells its progress to a client that asked for it, by growing numbers, over stdio and HTTP", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    const env = { ...testKeys, AWS_ENDPOINT_URL: endpoint.url };
    await using stdio = await overStdio(runtime, [], env);
    await using http = await overHttp(runtime, [], env);
    for (const client of [stdio.client, await http.connect()]) {
      const told: { progress: number; message?: string | undefined }[] = [];
      const result = await client.callTool(wait({ timeoutSeconds: 1 }), undefined, {
        onprogress: (progress) => told.push(progress),
      });
      expect(result.structuredContent).toMatchObject({ waited: { timedOut: true } });
      expect(told.length).toBeGreaterThan(0);
      expect(told[0]?.message).toContain("InProgress");
      const numbers = told.map(({ progress }) => progress);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    }
  }, 20_000);

  test("over HTTP a wait, a task's result and a call with a progress token are answered by events, any other by JSON", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
    await using server = await overHttp(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const post = (params: object, method = "tools/call", accept = "application/json, text/event-stream") =>
      fetch(server.url, {
        method: "POST",
        headers: { "content-type": "application/json", accept },
        body: JSON.stringify({ jsonrpc: "2.0", id: 7, method, params }),
      });
    const status = { ...wait(), name: "get_data_automation_status" };
    const asTask = await post({ ...wait(), task: {} });
    for (const plain of [asTask.clone(), await post(status)])
      expect(plain.headers.get("content-type")).toBe("application/json");
    const { taskId } = ((await asTask.json()) as { result: { task: { taskId: string } } }).result.task;
    const told = { _meta: { progressToken: 0 } };
    for (const streamed of [
      await post(wait()),
      await post({ taskId }, "tasks/result"),
      await post({ ...status, ...told }),
      await post({ ...wait(), ...told }),
    ]) {
      expect(streamed.headers.get("content-type")).toBe("text/event-stream");
      const text = await streamed.text();
      expect([text.includes('"id":7'), text.includes('"status":"Success"')]).toEqual([true, true]);
    }
    expect((await post(wait(), "tools/call", "application/json")).status).toBe(406);
  });

  test("over HTTP a wait that is told nothing still lets a byte through every 8 s, for what stands between", async () => {
    await using endpoint = scriptedEndpoint(() => new Promise<Response>(() => {}));
    await using server = await overHttp(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const waiting = await fetch(server.url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/call", params: wait() }),
    });
    const reader = waiting.body?.getReader();
    const begun = performance.now();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toStartWith(":");
    expect(performance.now() - begun).toBeLessThan(9_500);
    await reader?.cancel();
  }, 20_000);

  test("closing the connection ends a wait at once, with progress and without", async () => {
    await using endpoint = scriptedEndpoint(() => new Promise<Response>(() => {}));
    await using server = await overHttp(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    for (const [index, meta] of [{}, { _meta: { progressToken: "p" } }].entries()) {
      const leaving = new AbortController();
      const gone = fetch(server.url, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
        body: JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: "tools/call",
          params: { ...wait({ invocationArn: arnOf(`gone-${index}`) }), ...meta },
        }),
        signal: leaving.signal,
      })
        .then((response) => response.text())
        .catch(() => "gone");
      await endpoint.arrived(index + 1);
      leaving.abort();
      expect(await gone).toBe("gone");
      await endpoint.hangUps(index + 1);
    }
  });

  test("a client's cancellation ends a wait at once", async () => {
    await using endpoint = scriptedEndpoint(() => new Promise<Response>(() => {}));
    await using server = await overStdio(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const cancelling = new AbortController();
    const cancelled = server.client
      .callTool(wait({ timeoutSeconds: 300 }), undefined, { signal: cancelling.signal, timeout: 60_000 })
      .catch(() => "cancelled");
    await endpoint.arrived(1);
    cancelling.abort();
    expect(await cancelled).toBe("cancelled");
    await endpoint.hangUps(1);
  });

  test("a wait goes on over checks that fail in passing, and tells of them", async () => {
    await using endpoint = scriptedEndpoint(() =>
      awsError("ThrottlingException", "slow down", { status: 429 }),
    );
    await using server = await overStdio(runtime, [], {
      ...testKeys,
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_MAX_ATTEMPTS: "1",
    });
    const result = await server.client.callTool(wait({ timeoutSeconds: 1 }));
    // Nothing was ever learned of the job, so this call brought no answer.
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain("ThrottlingException");
  });

  test("many jobs at once: counts, then each as asked; a bad ARN costs the others nothing", async () => {
    await using endpoint = scriptedEndpoint((request) =>
      request.body.includes("denied")
        ? awsError("AccessDeniedException", "no")
        : jobAnswer({ status: request.body.includes("good") ? "Success" : "ServiceError" }),
    );
    await using server = await overStdio(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const asked = [arnOf("good"), "s3://bucket/key", arnOf("bad"), arnOf("denied"), ` ${arnOf("good")} `];
    const result = await server.client.callTool({
      name: "check_data_automation_jobs",
      arguments: { invocationArns: asked },
    });
    const answer = result.structuredContent as { counts: object; jobs: { invocationArn: string }[] };
    expect(answer.counts).toEqual({ succeeded: 1, failed: 1, callFailed: 2 });
    expect(answer.jobs.map((job) => job.invocationArn)).toEqual(asked.slice(0, 4));
    expect(answer.jobs).toMatchObject([
      { status: "Success" },
      { failure: { code: "invalid_input" } },
      { explanation: { startAgain: "safe" } },
      { failure: { code: "access_denied" } },
    ]);
    const lines = textOf(result).split("\n");
    expect(lines[0]).toBe("4 jobs: 1 failed, 2 could not be checked, 1 succeeded.");
    expect(lines[2]).toStartWith(
      '- Not checked: One of invocationArns is an Amazon S3 location, not a job: "s3://bucket/key".',
    );
    expect(endpoint.requests.length).toBe(3);
  });

  test("a job reads as a resource, and a subscriber hears of a change of its status once", async () => {
    let status = "Created";
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status }));
    await using server = await overStdio(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const read = await server.client.readResource({ uri });
    expect(read.contents.map(({ mimeType }) => mimeType)).toEqual(["application/json", "text/plain"]);
    const updated = Promise.withResolvers<string>();
    server.client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) =>
      updated.resolve(params.uri),
    );
    await server.client.subscribeResource({ uri });
    status = "Success";
    expect(await updated.promise).toBe(uri);
    const guide = await server.client.readResource({ uri: "bedrock-data-automation://guide" });
    expect(JSON.stringify(guide)).toContain("ClientError");
    expect((await server.client.listResourceTemplates()).resourceTemplates).toHaveLength(1);
  }, 20_000);

  test("a job that does not exist cannot be subscribed to, and is asked about no more", async () => {
    await using endpoint = scriptedEndpoint((asked) =>
      asked.body.includes("missing")
        ? awsError("ResourceNotFoundException", "no such job", { status: 404 })
        : awsError("AccessDeniedException", "no", { status: 403 }),
    );
    await using server = await overStdio(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const subscribe = (id: string) => server.client.subscribeResource({ uri: `${uri}-${id}` });
    expect(await subscribe("missing").catch((thrown) => thrown)).toMatchObject({
      code: -32002,
      message: expect.stringContaining("ResourceNotFoundException"),
    });
    const asked = endpoint.requests.length;
    // Of any other the same may be true tomorrow, or another thing.
    expect(await subscribe("denied")).toEqual({});
    await endpoint.arrived(asked + 1);
    expect(endpoint.requests.filter(({ body }) => body.includes("missing"))).toHaveLength(asked);
  });

  test("jobs that have ended leave room for subscriptions to others", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
    await using server = await overStdio(runtime, ["--max-calls-per-second", "1000"], {
      ...testKeys,
      AWS_ENDPOINT_URL: endpoint.url,
    });
    const subscribe = (id: string) => server.client.subscribeResource({ uri: `${uri}-${id}` });
    for (let job = 0; job < 100; job++) await subscribe(`first-${job}`);
    await endpoint.arrived(100);
    // The last of these answers may still be on its way.
    const refused = () =>
      subscribe("second").then(
        () => false,
        () => true,
      );
    while (await refused()) await server.client.ping();
    await endpoint.arrived(101);
  });

  test("completion knows the jobs that were asked about; prompts name the tools", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
    await using server = await overStdio(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const { client } = server;
    await client.callTool({ name: "get_data_automation_status", arguments: { invocationArn: arn } });
    const complete = async (name: string, value: string) =>
      (
        await client.complete({
          ref: { type: "ref/resource", uri: "bedrock-data-automation://{region}/{accountId}/{jobId}" },
          argument: { name, value },
        })
      ).completion.values;
    expect(await complete("region", "us-")).toEqual(["us-east-1"]);
    expect(await complete("accountId", "")).toEqual(["111122223333"]);
    expect(await complete("jobId", "0a")).toEqual(["0a1b2c3d"]);
    expect(await complete("jobId", "zz")).toEqual([]);
    const prompted = await client.complete({
      ref: { type: "ref/prompt", name: "explain_data_automation_job" },
      argument: { name: "invocationArn", value: "arn:aws" },
    });
    expect(prompted.completion.values).toEqual([arn]);
    const prompt = await client.getPrompt({
      name: "triage_data_automation_jobs",
      arguments: { invocationArns: `${arn}, ${arnOf("other")}` },
    });
    expect(JSON.stringify(prompt.messages)).toContain("check_data_automation_jobs");
  });
});

describe("bad input is answered clearly, and nothing is polled", () => {
  test.each([
    ["wait_for_data_automation_job", { invocationArn: arn, timeoutSeconds: 0 }, /timeoutSeconds .*1 to 300/],
    [
      "wait_for_data_automation_job",
      { invocationArn: arn, timeoutSeconds: 301 },
      /timeoutSeconds .*1 to 300/,
    ],
    [
      "wait_for_data_automation_job",
      { invocationArn: arn, timeoutSeconds: "soon" },
      /timeoutSeconds .*1 to 300/,
    ],
    ["wait_for_data_automation_job", { invocationArn: "s3://b/k" }, /S3/],
    ["check_data_automation_jobs", { invocationArns: [] }, /1 to 50/],
    ["check_data_automation_jobs", { invocationArns: Array.from({ length: 51 }, () => arn) }, /1 to 50/],
    [
      "check_data_automation_jobs",
      { invocationArns: [arn, 7] },
      /invocationArns\.1 must be an invocation ARN, as a text\.$/,
    ],
    ["check_data_automation_jobs", { invocationArns: arn }, /1 to 50/],
  ])("%s %j", async (name, args, expected) => {
    await using endpoint = scriptedEndpoint(() => jobAnswer());
    await using server = await overStdio("bun", [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const result = await server.client.callTool({ name, arguments: args });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(expected);
    expect(endpoint.requests.length).toBe(0);
  });

  test.each([
    "https://example.com/job",
    "bedrock-data-automation://nowhere/111122223333/x",
    "bedrock-data-automation://us-east-1/1/x",
    "bedrock-data-automation://us-east-1/111122223333/x/y",
    "bedrock-data-automation://us-east-1/111122223333/",
  ])("the resource %s", async (uri) => {
    await using endpoint = scriptedEndpoint(() => jobAnswer());
    await using server = await overStdio("bun", [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const refused = { code: -32002, message: expect.stringContaining("{region}/{accountId}/{jobId}") };
    expect(await server.client.readResource({ uri }).catch((thrown) => thrown)).toMatchObject(refused);
    expect(await server.client.subscribeResource({ uri }).catch((thrown) => thrown)).toMatchObject(refused);
    expect(endpoint.requests.length).toBe(0);
  });
});
