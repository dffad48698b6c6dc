import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { EmptyResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { answerOf } from "../eras/raw.ts";
import { readExposition, sampleOf } from "../support/exposition.ts";
import { modernRevision, tasksExtension } from "../support/modern-client.ts";
import { otlpReceiver, type ReceivedSpan } from "../support/otlp-receiver.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { overHttp, overStdio, type Serving } from "../support/server-process.ts";

setDefaultTimeout(60_000);

const arn = (jobId: string) => `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${jobId}`;
const uri = (jobId: string) => `bedrock-data-automation://us-east-1/111122223333/${jobId}`;
const waitTool = "wait_for_data_automation_job";
const traceOf = (digit: string) => digit.repeat(32);
const traceparent = (digit: string) => `00-${traceOf(digit)}-${"1".repeat(16)}-01`;
const modernMeta = {
  "io.modelcontextprotocol/protocolVersion": modernRevision,
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": { extensions: { [tasksExtension]: {} } },
};

interface Message {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

function post({ url }: Serving, { headers, meta, method, params }: Message, signal?: AbortSignal) {
  const body = { jsonrpc: "2.0", id: `of ${method}`, method, params: { ...params, _meta: meta } };
  return fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(meta === undefined || !("io.modelcontextprotocol/protocolVersion" in meta)
        ? {}
        : {
            "mcp-protocol-version": modernRevision,
            "mcp-method": method,
            "mcp-name": String(params.name ?? params.taskId ?? params.uri ?? ""),
          }),
      ...headers,
    },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

type Answer = {
  readonly result?: { readonly taskId?: string; readonly task?: { readonly taskId: string } };
};

async function ask(server: Serving, message: Message): Promise<Answer> {
  return (await answerOf(await post(server, message))) as Answer;
}

const linesOf = (stderr: string) =>
  (stderr.match(/^.*"message":"(?:request|tool call)".*$/gm) ?? []).map((line) => JSON.parse(line));
const byMethod = (spans: readonly ReceivedSpan[], method: string) =>
  spans.filter(({ attributes }) => attributes["mcp.method.name"] === method);
const callsUnder = (spans: readonly ReceivedSpan[], parent: ReceivedSpan | undefined) =>
  spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId).map(({ name }) => name);
const status = "Bedrock Data Automation Runtime/GetDataAutomationStatus";

async function figuresOf(server: Serving) {
  const at = /"at":"([^"]+)"/.exec(server.stderr())?.[1] ?? "";
  return readExposition(await (await fetch(at)).text());
}

async function countOf(server: Serving, method: string, outcome: string): Promise<number | undefined> {
  const figures = await figuresOf(server);
  expect(sampleOf(figures, "bda_mcp_calls_in_flight")).toBe(0);
  return sampleOf(figures, "bda_mcp_requests_total", { method, outcome });
}

async function callsToAws(server: Serving): Promise<number> {
  const labels = { service: "bedrock", operation: "GetDataAutomationStatus", outcome: "ok" };
  return sampleOf(await figuresOf(server), "bda_mcp_aws_calls_total", labels) ?? 0;
}

describe.each([...runtimes, ...builtRuntimes])("whatever asks about a job on %s", (runtime) => {
  test("has one span, one line and one count: tasks, resources and prompts up to 2025-11-25", async () => {
    await using receiver = otlpReceiver();
    const server = await overHttp(runtime, ["--simulate", "--metrics", "0"], receiver.env);
    const params = { name: waitTool, arguments: { invocationArn: arn("sim-running") }, task: {} };
    const started = await ask(server, { method: "tools/call", params });
    const taskId = started.result?.task?.taskId ?? "";
    const about = { params: { taskId } };
    await ask(server, { ...about, method: "tasks/get", headers: { traceparent: traceparent("a") } });
    await ask(server, { ...about, method: "tasks/cancel", meta: { traceparent: traceparent("b") } });
    await ask(server, { ...about, method: "tasks/result" });
    const ended = await ask(server, {
      method: "tools/call",
      params: { ...params, arguments: { invocationArn: arn("sim-success") } },
    });
    await ask(server, { method: "tasks/result", params: { taskId: ended.result?.task?.taskId } });
    await ask(server, { method: "tasks/get", params: { taskId: "no task" } });
    await ask(server, { method: "resources/read", params: { uri: uri("sim-queued") } });
    await ask(server, { method: "resources/read", params: { uri: uri("sim-access-denied") } });
    const prompt = { name: "explain_data_automation_job", arguments: { invocationArn: arn("sim-success") } };
    await ask(server, { method: "prompts/get", params: prompt });
    expect(await countOf(server, "tasks/get", "ok")).toBe(1);
    expect(await countOf(server, "tasks/get", "task_not_found")).toBe(1);
    expect(await countOf(server, "resources/read", "access_denied")).toBe(1);
    await server[Symbol.asyncDispose]();

    const spans = receiver.spans();
    const [get, unknown] = byMethod(spans, "tasks/get");
    expect(get).toMatchObject({
      name: "tasks/get",
      kind: 2,
      traceId: traceOf("a"),
      status: 0,
      attributes: {
        "jsonrpc.request.id": "of tasks/get",
        "network.transport": "tcp",
        "cloud.account.id": "111122223333",
        "bda_mcp.task.mark": taskId.slice(-8),
        "bda_mcp.task.status": "working",
      },
    });
    expect(callsUnder(spans, get)).toEqual([status]);
    expect(unknown).toMatchObject({
      status: 2,
      attributes: { "error.type": "-32602", "rpc.response.status_code": "-32602" },
    });
    expect(byMethod(spans, "tasks/cancel")[0]).toMatchObject({ traceId: traceOf("b") });
    const [cancelled, result] = byMethod(spans, "tasks/result");
    expect(cancelled).toMatchObject({ attributes: { "bda_mcp.failure.code": "task_cancelled" } });
    expect(result).toMatchObject({ status: 0, attributes: { "bda_mcp.task.status": "completed" } });
    expect(callsUnder(spans, result)).toEqual([status]);
    const [read, denied] = byMethod(spans, "resources/read");
    expect(callsUnder(spans, read)).toEqual([status]);
    expect(denied).toMatchObject({ status: 2, attributes: { "bda_mcp.failure.code": "access_denied" } });
    expect(byMethod(spans, "prompts/get")[0]).toMatchObject({
      name: `prompts/get ${prompt.name}`,
      attributes: { "gen_ai.prompt.name": prompt.name },
    });

    const lines = linesOf(server.stderr());
    const told = lines.map(({ message, method, outcome, taskStatus, tool }) =>
      [message, tool ?? method, taskStatus, outcome].filter((word) => word !== undefined).join(" "),
    );
    expect(told).toEqual([
      `tool call ${waitTool} working ok`,
      "request tasks/get working ok",
      "request tasks/cancel cancelled ok",
      "request tasks/result task_cancelled",
      `tool call ${waitTool} working ok`,
      "request tasks/result completed ok",
      "request tasks/get task_not_found",
      "request resources/read ok",
      "request resources/read access_denied",
      "request prompts/get ok",
    ]);
    expect(lines.slice(0, 4).map(({ task }) => task)).toEqual(Array(4).fill(taskId.slice(-8)));
    expect(lines[1]).toMatchObject({
      account: "111122223333",
      region: "us-east-1",
      milliseconds: expect.any(Number),
      requestId: expect.stringMatching(/^[\w-]+$/),
      traceId: traceOf("a"),
    });
    expect(JSON.stringify([spans, lines])).not.toContain("sim-");
  });

  test("has them in 2026-07-28 too, and a subscription until it ends", async () => {
    await using receiver = otlpReceiver();
    const server = await overHttp(runtime, ["--simulate", "--metrics", "0"], receiver.env);
    const modern = { meta: modernMeta };
    const call = (jobId: string) => ({
      ...modern,
      method: "tools/call",
      params: { name: waitTool, arguments: { invocationArn: arn(jobId), timeoutSeconds: 30 } },
    });
    const taskId = (await ask(server, call("sim-running"))).result?.taskId;
    expect(taskId).toBeString();
    await ask(server, call("sim-success"));
    const about = { params: { taskId } };
    await ask(server, {
      ...about,
      method: "tasks/get",
      meta: { ...modernMeta, traceparent: traceparent("c") },
      headers: { traceparent: traceparent("d") },
    });
    for (const method of ["tasks/update", "tasks/cancel"]) await ask(server, { ...modern, ...about, method });
    await ask(server, { ...modern, method: "resources/read", params: { uri: uri("sim-queued") } });
    const before = await callsToAws(server);
    const leaving = new AbortController();
    const stream = await post(
      server,
      {
        method: "subscriptions/listen",
        params: { notifications: { resourceSubscriptions: [uri("sim-moving"), uri("sim-unknown-status")] } },
        meta: { ...modernMeta, traceparent: traceparent("e") },
      },
      leaving.signal,
    );
    await stream.body?.getReader().read();
    while ((await callsToAws(server)) < before + 2) await Bun.sleep(10);
    leaving.abort();
    while (!server.stderr().includes("subscriptions/listen")) await Bun.sleep(10);
    expect(await countOf(server, "subscriptions/listen", "ok")).toBe(1);
    await server[Symbol.asyncDispose]();

    const spans = receiver.spans();
    const [asTask, atOnce, more] = byMethod(spans, "tools/call");
    expect(more).toBeUndefined();
    expect(asTask).toMatchObject({ name: `tools/call ${waitTool}`, status: 0 });
    expect([asTask, atOnce].map((span) => span?.attributes["bda_mcp.task.status"])).toEqual([
      "working",
      undefined,
    ]);
    for (const span of [asTask, atOnce]) expect(callsUnder(spans, span)).toEqual([status]);
    const [get] = byMethod(spans, "tasks/get");
    expect(get).toMatchObject({ traceId: traceOf("c"), links: [{ traceId: traceOf("d") }] });
    const [listen] = byMethod(spans, "subscriptions/listen");
    expect(listen).toMatchObject({ traceId: traceOf("e"), status: 0 });
    expect(callsUnder(spans, listen)).toContain(status);
    const told = linesOf(server.stderr()).map(({ method, tool }) => tool ?? method);
    expect(told).toEqual([
      waitTool,
      waitTool,
      "tasks/get",
      "tasks/update",
      "tasks/cancel",
      "resources/read",
      "subscriptions/listen",
    ]);
    const calls = spans.filter(({ kind }) => kind === 3);
    expect(calls.every(({ parentSpanId }) => parentSpanId)).toBe(true);
  });

  test("has them on stdio: the looks that a subscription asks for stand under it", async () => {
    await using receiver = otlpReceiver();
    const { client, stderr, ...server } = await overStdio(runtime, ["--simulate"], receiver.env);
    const params = { uri: uri("sim-queued"), _meta: { traceparent: traceparent("f") } };
    await client.request({ method: "resources/subscribe", params }, EmptyResultSchema);
    for (const jobId of ["sim-running", "sim-queued"]) await client.readResource({ uri: uri(jobId) });
    await server[Symbol.asyncDispose]();
    const spans = receiver.spans();
    const [subscribed] = byMethod(spans, "resources/subscribe");
    expect(subscribed).toMatchObject({
      traceId: traceOf("f"),
      attributes: { "network.transport": "pipe", "cloud.region": "us-east-1" },
    });
    expect(callsUnder(spans, subscribed)).toContain(status);
    expect(linesOf(stderr()).map(({ method }) => method)).toEqual([
      "resources/subscribe",
      "resources/read",
      "resources/read",
    ]);
  });
});
