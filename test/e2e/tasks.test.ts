import { describe, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  CallToolResultSchema,
  CancelTaskResultSchema,
  CreateTaskResultSchema,
  GetTaskResultSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { runtimes } from "../support/runtimes.ts";
import { awsError, jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overHttp, overStdio, testKeys, textOf } from "../support/server-process.ts";

const arnOf = (id: string) => `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${id}`;

async function start(client: Client, id: string, args: object = {}, task: object = {}) {
  const params = {
    name: "wait_for_data_automation_job",
    arguments: { invocationArn: arnOf(id), ...args },
    task,
  };
  return (await client.request({ method: "tools/call", params }, CreateTaskResultSchema)).task;
}
const get = (client: Client, taskId: string) =>
  client.request({ method: "tasks/get", params: { taskId } }, GetTaskResultSchema);
const result = (client: Client, taskId: string) =>
  client.request({ method: "tasks/result", params: { taskId } }, CallToolResultSchema);
const cancel = (client: Client, taskId: string) =>
  client.request({ method: "tasks/cancel", params: { taskId } }, CancelTaskResultSchema);
const refusal = (promise: Promise<unknown>) => promise.then(() => "answered").catch((thrown) => thrown);

describe.each(runtimes)("a wait as a task, on %s", (runtime) => {
  test("is answered at once, then asked about, and gives the tool's own answer", async () => {
    let status = "InProgress";
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status }));
    await using server = await overStdio(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const { client } = server;
    expect(client.getServerCapabilities()?.tasks).toEqual({ cancel: {}, requests: { tools: { call: {} } } });
    const task = await start(client, "one", {}, { ttl: 60_000 });
    expect(task).toMatchObject({ status: "working", ttl: 60_000, pollInterval: expect.any(Number) });
    expect(endpoint.requests.length).toBe(0);
    expect(await get(client, task.taskId)).toMatchObject({
      status: "working",
      statusMessage: expect.stringContaining("InProgress"),
    });
    status = "Success";
    const ended = await result(client, task.taskId);
    expect(ended.structuredContent).toMatchObject({ status: "Success", waited: { timedOut: false } });
    expect(ended._meta?.["io.modelcontextprotocol/related-task"]).toEqual({ taskId: task.taskId });
    expect(await get(client, task.taskId)).toMatchObject({ status: "completed" });
    expect(await refusal(cancel(client, task.taskId))).toMatchObject({ code: -32602 });
  }, 20_000);

  test("outlives a restart in its middle, over stdio and over HTTP", async () => {
    let status = "InProgress";
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status }));
    const env = { ...testKeys, AWS_ENDPOINT_URL: endpoint.url, BDA_MCP_TASK_KEY: "the-same-key-everywhere" };
    let taskId = "";
    {
      await using first = await overStdio(runtime, [], env);
      ({ taskId } = await start(first.client, "restart"));
      expect((await get(first.client, taskId)).status).toBe("working");
    }
    status = "ClientError";
    await using second = await overHttp(runtime, [], env);
    const client = await second.connect();
    expect((await get(client, taskId)).status).toBe("completed");
    const ended = await result(client, taskId);
    // A failed job is a normal result of the wait.
    expect(ended.isError ?? false).toBe(false);
    expect(ended.structuredContent).toMatchObject({ status: "ClientError" });
    await using other = await overStdio(runtime, [], { ...env, BDA_MCP_TASK_KEY: "some-other-key-there" });
    expect(await refusal(get(other.client, taskId))).toMatchObject({ code: -32602 });
  });

  test("the SDK's own stream of a task call works, over stdio and HTTP", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "ServiceError" }));
    const env = { ...testKeys, AWS_ENDPOINT_URL: endpoint.url };
    await using stdio = await overStdio(runtime, [], env);
    await using http = await overHttp(runtime, [], env);
    for (const client of [stdio.client, await http.connect()]) {
      const { tools } = await client.listTools();
      expect(tools.filter(({ execution }) => execution?.taskSupport === "optional")).toMatchObject([
        { name: "wait_for_data_automation_job" },
      ]);
      const call = { name: "wait_for_data_automation_job", arguments: { invocationArn: arnOf("stream") } };
      const messages = await Array.fromAsync(client.experimental.tasks.callToolStream(call));
      expect(messages).toMatchObject([
        { type: "taskCreated", task: { status: "working" } },
        { type: "taskStatus", task: { status: "completed" } },
        { type: "result", result: { structuredContent: { status: "ServiceError" } } },
      ]);
    }
  });

  test("the server's stop is no result of the task: that is still to come", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    await using server = await overHttp(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const client = await server.connect();
    const { taskId } = await start(client, "stopped");
    const waiting = refusal(result(client, taskId));
    await endpoint.arrived(1);
    server.process.kill("SIGTERM");
    expect(await waiting).toMatchObject({
      code: -32603,
      message: expect.stringContaining("The task goes on"),
    });
  });

  test("can be cancelled: the watching ends, and the answer says that the job runs on", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    await using server = await overStdio(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const { client } = server;
    const { taskId } = await start(client, "cancelled");
    const waiting = refusal(result(client, taskId));
    await endpoint.arrived(1);
    const ended = await cancel(client, taskId);
    expect(ended.status).toBe("cancelled");
    expect(ended.statusMessage).toContain("runs on");
    expect(await waiting).toMatchObject({ code: -32602, message: expect.stringContaining("runs on") });
    expect((await get(client, taskId)).status).toBe("cancelled");
  });
});

describe("a task that is not ours", () => {
  test.each(["x", "", "bda1.aws.us-east-1", "../../etc/passwd", "é".repeat(300)])(
    "%p is not found",
    async (taskId) => {
      await using endpoint = scriptedEndpoint(() => jobAnswer());
      await using server = await overStdio("bun", [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
      for (const ask of [get, result, cancel]) {
        expect(await refusal(ask(server.client, taskId))).toMatchObject({
          code: -32602,
          message: expect.stringContaining("no such task"),
        });
      }
      expect(endpoint.requests.length).toBe(0);
    },
  );

  test("an id that was tampered with is not found, wherever it was", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer());
    await using server = await overStdio("bun", [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const { taskId } = await start(server.client, "tampered");
    for (const at of [6, 20, 40, taskId.length - 30, taskId.length - 2]) {
      const other = taskId[at] === "a" ? "b" : "a";
      const changed = taskId.slice(0, at) + other + taskId.slice(at + 1);
      expect(await refusal(get(server.client, changed))).toMatchObject({ code: -32602 });
    }
    expect(endpoint.requests.length).toBe(0);
  });

  test("no other tool can be called as one", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer());
    await using server = await overStdio("bun", [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const params = {
      name: "get_data_automation_status",
      arguments: { invocationArn: arnOf("x") },
      task: {},
    };
    const asked = server.client.request({ method: "tools/call", params }, CreateTaskResultSchema);
    expect(await refusal(asked)).toMatchObject({ code: -32601 });
    expect(endpoint.requests.length).toBe(0);
  });

  test("wrong arguments make no task", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer());
    await using server = await overStdio("bun", [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    expect(await refusal(start(server.client, "x", { timeoutSeconds: 301 }))).toMatchObject({
      code: -32602,
      message: expect.stringContaining("1 to 300"),
    });
  });
});

test("a task whose calls fail for good is failed, and its result says why", async () => {
  await using endpoint = scriptedEndpoint(() => awsError("AccessDeniedException", "no"));
  await using server = await overStdio("bun", [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
  const { taskId } = await start(server.client, "denied");
  expect(await get(server.client, taskId)).toMatchObject({
    status: "failed",
    statusMessage: expect.stringContaining("bedrock:GetDataAutomationStatus"),
  });
  const ended = await result(server.client, taskId);
  expect(ended.isError).toBe(true);
  expect(textOf(ended)).toContain("AccessDeniedException");
});
