import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { otlpReceiver, type ReceivedSpan } from "../support/otlp-receiver.ts";
import { converse } from "../support/raw-stdio.ts";
import { type AnyRuntime, builtRuntimes, runtimes } from "../support/runtimes.ts";
import { scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overHttp, textOf } from "../support/server-process.ts";

setDefaultTimeout(60_000);

const arn = (jobId: string) => `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${jobId}`;
const name = "get_data_automation_status";
const traceOf = (digit: string) => digit.repeat(32);
const spanOf = (digit: string) => digit.repeat(16);
const traceparent = (digit: string) => `00-${traceOf(digit)}-${spanOf(digit)}-01`;
const modernMeta = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

interface Asked {
  readonly jobId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly meta?: Readonly<Record<string, unknown>>;
}

async function ask(url: URL, { headers, jobId = "sim-success", meta = {} }: Asked): Promise<string> {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: `ask-${jobId}`,
      method: "tools/call",
      params: { name, arguments: { invocationArn: arn(jobId) }, _meta: meta },
    }),
  });
  expect(answer.status).toBe(200);
  return answer.text();
}

/** What a server over HTTP sends of these calls by its end, and what it logs of each. */
async function tracesOf(
  runtime: AnyRuntime,
  calls: readonly Asked[],
  more: Readonly<Record<string, string>> = {},
) {
  await using receiver = otlpReceiver();
  const server = await overHttp(runtime, ["--simulate"], { ...receiver.env, ...more });
  for (const call of calls) expect(await ask(server.url, call)).toContain(arn(call.jobId ?? "sim-success"));
  await server[Symbol.asyncDispose]();
  const lines = server.stderr().match(/^.*"tool call".*$/gm) ?? [];
  return { spans: receiver.spans(), log: lines.map((line) => JSON.parse(line)), requests: receiver.requests };
}

const serverSpans = (spans: readonly ReceivedSpan[]) => spans.filter(({ kind }) => kind === 2);
const clientSpans = (spans: readonly ReceivedSpan[]) => spans.filter(({ kind }) => kind === 3);

describe.each([...runtimes, ...builtRuntimes])("traces on %s", (runtime) => {
  test("one span a tool call and one a call to AWS, under the caller's own", async () => {
    const { log, requests, spans } = await tracesOf(
      runtime,
      [
        { headers: { traceparent: traceparent("a"), tracestate: "vendor=1" } },
        { headers: { traceparent: traceparent("a") }, meta: { traceparent: traceparent("b") } },
        { jobId: "sim-running", meta: { traceparent: "00-nonsense", tracestate: 7 } },
        {
          jobId: "sim-queued",
          headers: { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": name },
          meta: { ...modernMeta, traceparent: traceparent("c") },
        },
      ],
      { OTEL_SERVICE_NAME: "jobs", OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test" },
    );
    expect(requests.every(({ path }) => path === "/v1/traces")).toBe(true);
    const [byHeader, byMeta, own, modern] = serverSpans(spans);
    expect(byHeader).toMatchObject({
      name: `tools/call ${name}`,
      traceId: traceOf("a"),
      parentSpanId: spanOf("a"),
      status: 0,
      attributes: {
        "mcp.method.name": "tools/call",
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": name,
        "jsonrpc.request.id": "ask-sim-success",
        "network.transport": "tcp",
        "cloud.account.id": "111122223333",
        "cloud.region": "us-east-1",
      },
      resource: { "service.name": "jobs", "deployment.environment": "test" },
      links: [],
    });
    expect(byMeta).toMatchObject({
      traceId: traceOf("b"),
      parentSpanId: spanOf("b"),
      links: [{ traceId: traceOf("a"), spanId: spanOf("a") }],
    });
    expect(own?.parentSpanId || undefined).toBeUndefined();
    expect(own?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(modern).toMatchObject({ traceId: traceOf("c"), parentSpanId: spanOf("c") });
    const ids = log.map(({ requestId }) => requestId);
    // The second answer was remembered: there was no call to AWS.
    const [first, ...others] = clientSpans(spans);
    expect(first).toMatchObject({
      name: "Bedrock Data Automation Runtime/GetDataAutomationStatus",
      traceId: traceOf("a"),
      parentSpanId: byHeader?.spanId,
      attributes: {
        "rpc.system": "aws-api",
        "rpc.service": "Bedrock Data Automation Runtime",
        "rpc.method": "GetDataAutomationStatus",
        "cloud.region": "us-east-1",
        "server.address": "127.0.0.1",
        "http.response.status_code": 200,
        "aws.request_id": ids[0],
      },
    });
    expect(others.map(({ parentSpanId }) => parentSpanId)).toEqual([own?.spanId, modern?.spanId]);
    expect(log.map(({ traceId }) => traceId)).toEqual(
      [byHeader, byMeta, own, modern].map((one) => one?.traceId),
    );
    expect(log[0]).toMatchObject({
      level: "info",
      tool: name,
      account: "111122223333",
      region: "us-east-1",
      outcome: "ok",
      milliseconds: expect.any(Number),
      requestId: ids[0],
    });
    expect(ids[0]).toMatch(/^[\w-]+$/);
    expect(ids[1]).toBe(ids[0]);
  });

  test("failures and attempts are told, no words of AWS's", async () => {
    const { log, spans } = await tracesOf(runtime, [
      { jobId: "sim-access-denied" },
      { jobId: "sim-throttled-twice" },
    ]);
    const [denied, throttled] = serverSpans(spans);
    expect(denied).toMatchObject({
      status: 2,
      attributes: { "error.type": "tool_error", "bda_mcp.failure.code": "access_denied" },
    });
    expect(throttled).toMatchObject({ status: 0 });
    const [deniedByAws, throttledByAws] = clientSpans(spans);
    expect(deniedByAws).toMatchObject({
      status: 2,
      attributes: { "error.type": "access_denied", "http.response.status_code": 403 },
    });
    expect(throttledByAws).toMatchObject({
      status: 0,
      attributes: { "http.request.resend_count": 2, "http.response.status_code": 200 },
      events: ["attempt failed", "attempt failed"],
    });
    expect(log[0]).toMatchObject({
      outcome: "access_denied",
      requestId: deniedByAws?.attributes["aws.request_id"],
    });
    expect(JSON.stringify(spans)).not.toContain("not authorized");
  });

  test("a wait's checks stand under the wait, a list's under the list, S3's under the reading", async () => {
    await using receiver = otlpReceiver();
    const server = await overHttp(runtime, ["--simulate"], receiver.env);
    const client = await server.connect();
    const invocationArn = arn("sim-success");
    const call = async (tool: string, given: object) =>
      textOf(await client.callTool({ name: tool, arguments: { ...given } }));
    expect(await call("read_data_automation_results", { invocationArn })).not.toBe("");
    await call("wait_for_data_automation_job", { invocationArn: arn("sim-running"), timeoutSeconds: 1 });
    await call("check_data_automation_jobs", {
      invocationArns: [arn("sim-queued"), arn("sim-running-gov").replace("111122223333", "444455556666")],
    });
    await server[Symbol.asyncDispose]();
    const spans = receiver.spans();
    const under = (tool: string) => {
      const parent = serverSpans(spans).find(({ attributes }) => attributes["gen_ai.tool.name"] === tool);
      const found = clientSpans(spans).filter(({ parentSpanId }) => parentSpanId === parent?.spanId);
      return found.map(({ attributes }) => attributes["rpc.method"]);
    };
    const status = "GetDataAutomationStatus";
    expect(new Set(under("read_data_automation_results"))).toEqual(new Set([status, "GetObject"]));
    expect(under("wait_for_data_automation_job")).toContain(status);
    expect(under("check_data_automation_jobs")).toEqual([status, status]);
    expect(clientSpans(spans).every(({ parentSpanId }) => parentSpanId)).toBe(true);
    const line = /^.*"check_data_automation_jobs".*$/m.exec(server.stderr())?.[0] ?? "{}";
    const { account, jobs, region } = JSON.parse(line);
    expect({ account, jobs, region }).toEqual({ account: undefined, jobs: 2, region: "us-east-1" });
  });

  test("over stdio, where `_meta` names the caller's span", async () => {
    await using receiver = otlpReceiver();
    const params = { name, arguments: { invocationArn: arn("sim-success") } };
    const talk = await converse(runtime, ["--simulate"], receiver.env, [
      { method: "tools/call", params: { ...params, _meta: { traceparent: traceparent("d") } } },
    ]);
    expect(talk.code).toBe(0);
    expect(talk.stdout.trim().split("\n")).toHaveLength(2);
    const [span] = serverSpans(receiver.spans());
    expect(span).toMatchObject({
      traceId: traceOf("d"),
      parentSpanId: spanOf("d"),
      attributes: { "network.transport": "pipe" },
    });
  });

  test("as protobuf, with the headers that are set, where nobody says otherwise", async () => {
    await using collector = scriptedEndpoint(() => new Response());
    const server = await overHttp(runtime, ["--simulate"], {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=blue",
    });
    await ask(server.url, {});
    await server[Symbol.asyncDispose]();
    const [request] = collector.requests;
    expect(request?.headers.get("content-type")).toBe("application/x-protobuf");
    expect(request?.headers.get("x-tenant")).toBe("blue");
    expect(request?.body).toContain(`tools/call ${name}`);
  });

  test("what the sampler drops is neither sent nor logged", async () => {
    const { log, spans } = await tracesOf(runtime, [{ headers: { traceparent: traceparent("e") } }], {
      OTEL_TRACES_SAMPLER: "always_off",
    });
    expect(spans).toEqual([]);
    expect(log[0]).not.toHaveProperty("traceId");
  });

  test.each([
    ["is down", () => "http://127.0.0.1:9"],
    ["refuses", (url: string) => url],
    ["never answers", (url: string) => `${url}/hang`],
  ])("a collector that %s disturbs no call, and no end", async (_, urlOf) => {
    await using collector = scriptedEndpoint(({ path }) =>
      path.startsWith("/hang") ? new Promise(() => {}) : new Response("no such tenant", { status: 400 }),
    );
    const talk = await converse(
      runtime,
      ["--simulate"],
      { OTEL_EXPORTER_OTLP_ENDPOINT: urlOf(collector.url), OTEL_BSP_SCHEDULE_DELAY: "50" },
      [{ method: "tools/call", params: { name, arguments: { invocationArn: arn("sim-success") } } }],
    );
    expect(talk.code).toBe(0);
    const answers = talk.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers[1].result.structuredContent.status).toBe("Success");
    // Nobody but the log writes there, and nothing of a collector's words.
    for (const line of talk.stderr.trim().split("\n")) expect(JSON.parse(line).message).toBeString();
    expect(talk.stderr).not.toContain("no such tenant");
  });

  test("a protocol that is not spoken is told, and the server serves", async () => {
    await using server = await overHttp(runtime, ["--simulate"], {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4317",
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
    });
    expect(await ask(server.url, {})).toContain("Success");
    expect(server.stderr()).toContain("OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or http/json");
  });
});
