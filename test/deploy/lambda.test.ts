import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { built } from "../support/built.ts";
import { otlpReceiver } from "../support/otlp-receiver.ts";
import { builtRuntimes, type Runtime, root, runScript, runtimes } from "../support/runtimes.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { functionUrlEvent, httpApiEvent, inBase64, loadBalancerEvent, stagedEvent } from "./lambda-events.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";
const token = "a-token-of-some-length";
const bearer = { authorization: `Bearer ${token}` };
/** As Lambda sets them for the function's role. */
const role = {
  AWS_ACCESS_KEY_ID: "ASIATESTROLE00000001",
  AWS_SECRET_ACCESS_KEY: "test-secret-access-key",
  AWS_SESSION_TOKEN: "test-session-token",
  AWS_REGION: "us-east-1",
  AWS_LAMBDA_FUNCTION_NAME: "jobs",
};
const message = (method: string, params: object = {}) =>
  JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
const call = message("tools/call", {
  name: "get_data_automation_status",
  arguments: { invocationArn: arn },
});
const waiting = message("tools/call", {
  name: "wait_for_data_automation_job",
  arguments: { invocationArn: arn, timeoutSeconds: 1 },
  _meta: { progressToken: 7 },
});

interface Result {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly multiValueHeaders?: Record<string, string[]>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** Lambda's runtime for Node takes what is built; on the others the source is shown to be the same. */
async function invoke<Answer = Result>(
  runtime: Runtime | "node",
  events: readonly object[],
  env: Readonly<Record<string, string>>,
  mode: "buffer" | "stream" = "buffer",
) {
  const module = runtime === "node" ? `${built()}/deploy/lambda.js` : `${root}src/deploy/lambda.ts`;
  const { stdout, stderr, code } = await runScript(
    runtime,
    `${root}test/deploy/lambda-host.mjs`,
    [module, mode],
    env,
    JSON.stringify(events),
  );
  if (code !== 0) throw new Error(stderr);
  return { ...(JSON.parse(stdout) as { hasStreaming: boolean; results: Answer[] }), stderr };
}

describe.each([...runtimes, ...builtRuntimes])("on AWS Lambda, %s", (runtime) => {
  const settings = { ...role, BDA_MCP_AUTH_TOKEN: token };

  test("the role's keys sign, however the event reaches the function", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
    const request = { headers: bearer, body: call };
    const events = [
      functionUrlEvent(request),
      httpApiEvent(request),
      inBase64(httpApiEvent(request)),
      stagedEvent(request, "prod"),
      stagedEvent(request, "mcp"),
      // By a domain of one's own the name of the stage is not in the path.
      { ...stagedEvent(request, "mcp"), rawPath: "/mcp" },
      loadBalancerEvent(request, false),
      loadBalancerEvent(request, true),
    ];
    const { results, hasStreaming } = await invoke(runtime, events, {
      ...settings,
      BDA_MCP_ALLOWED_HOSTS: "lambda-846800462.us-east-2.elb.amazonaws.com",
      AWS_ENDPOINT_URL: endpoint.url,
    });
    expect(hasStreaming).toBe(false);
    for (const { statusCode, body, isBase64Encoded } of results) {
      expect([statusCode, isBase64Encoded]).toEqual([200, false]);
      expect(JSON.parse(body)).toMatchObject({ result: { structuredContent: { status: "Success" } } });
    }
    expect(results.at(0)?.headers?.["content-type"]).toBe("application/json");
    expect(results.at(-1)?.multiValueHeaders?.["content-type"]).toEqual(["application/json"]);
    const signed = endpoint.requests[0]?.headers;
    expect(signed?.get("authorization")).toContain(role.AWS_ACCESS_KEY_ID);
    expect(signed?.get("x-amz-security-token")).toBe(role.AWS_SESSION_TOKEN);
  });

  test("a host name is taken where AWS itself routed by it, and nowhere else", async () => {
    const request = { headers: bearer, body: message("ping") };
    const { results } = await invoke(
      runtime,
      [
        functionUrlEvent(request),
        functionUrlEvent({ ...request, headers: { ...bearer, host: "evil.example" } }),
        loadBalancerEvent(request, true),
      ],
      settings,
    );
    expect(results.map(({ statusCode }) => statusCode)).toEqual([200, 403, 403]);
  });

  test("what is wrong is refused as anywhere, and health is for everybody", async () => {
    const { results, stderr } = await invoke(
      runtime,
      [
        functionUrlEvent({ body: call }),
        functionUrlEvent({ headers: { authorization: "Bearer another-token-of-length" }, body: call }),
        functionUrlEvent({ headers: bearer, body: "{" }),
        functionUrlEvent({ headers: bearer, method: "GET" }),
        functionUrlEvent({ path: "/healthz", method: "GET" }),
        loadBalancerEvent({ path: "/healthz", method: "GET", headers: { host: "10.0.0.1" } }, false),
      ],
      settings,
    );
    expect(results.map(({ statusCode }) => statusCode)).toEqual([401, 401, 400, 405, 200, 200]);
    expect(stderr).not.toContain("another-token-of-length");
  });

  test("without streaming, a call that tells its progress is answered when it is over", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    const { results } = await invoke(runtime, [functionUrlEvent({ headers: bearer, body: waiting })], {
      ...settings,
      AWS_ENDPOINT_URL: endpoint.url,
    });
    const [answer] = results;
    expect(answer?.headers?.["content-type"]).toBe("text/event-stream");
    // A REST API without binary media types would hand Base64 on as it is.
    expect(answer?.isBase64Encoded).toBe(false);
    expect(answer?.body).toContain("notifications/progress");
    expect(answer?.body).toContain('"timedOut":true');
  });

  test("with streaming, progress comes piece by piece, and then the answer", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    const events = [
      functionUrlEvent({ headers: bearer, body: waiting }),
      functionUrlEvent({ body: call }),
      functionUrlEvent({ headers: bearer, body: call }),
    ];
    const { results } = await invoke<{ chunks: string[]; ended: boolean }>(
      runtime,
      events,
      { ...settings, AWS_ENDPOINT_URL: endpoint.url },
      "stream",
    );
    const [wait, refused, status] = results.map(({ chunks, ended }) => {
      expect(ended).toBe(true);
      expect(chunks[1]).toBe("\0".repeat(8));
      return { head: JSON.parse(chunks[0] ?? ""), body: chunks.slice(2) };
    });
    expect(wait?.head).toMatchObject({ statusCode: 200, headers: { "content-type": "text/event-stream" } });
    const progress = wait?.body.findIndex((chunk) => chunk.includes("notifications/progress")) ?? -1;
    const answer = wait?.body.findIndex((chunk) => chunk.includes('"timedOut":true')) ?? -1;
    expect(progress).toBeGreaterThanOrEqual(0);
    expect(answer).toBeGreaterThan(progress);
    expect([refused?.head.statusCode, status?.head.statusCode]).toEqual([401, 200]);
    expect(status?.body.join("")).toContain('"status":"InProgress"');
  });

  test.each(["buffer", "stream"] as const)(
    "where OTEL_* asks for traces, what a call did is sent before the function stands still (%s)",
    async (mode) => {
      await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
      await using receiver = otlpReceiver();
      const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
      // Whoever stands in for Lambda ends as soon as the last event has its answer.
      await invoke<unknown>(
        runtime,
        [call, waiting].map((body) => functionUrlEvent({ headers: { ...bearer, traceparent }, body })),
        { ...settings, ...receiver.env, AWS_ENDPOINT_URL: endpoint.url },
        mode,
      );
      const spans = receiver.spans();
      expect(spans.map(({ traceId }) => traceId)).toEqual(spans.map(() => "a".repeat(32)));
      const [asked, waited] = spans.filter(({ kind }) => kind === 2);
      expect([asked?.name, waited?.name]).toEqual([
        "tools/call get_data_automation_status",
        "tools/call wait_for_data_automation_job",
      ]);
      expect(spans.filter(({ parentSpanId }) => parentSpanId === asked?.spanId)).toHaveLength(1);
    },
  );

  test("a collector that never answers costs a call no more than a second", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
    await using collector = scriptedEndpoint(() => new Promise(() => {}));
    const { results } = await invoke(runtime, [functionUrlEvent({ headers: bearer, body: call })], {
      ...settings,
      AWS_ENDPOINT_URL: endpoint.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_TIMEOUT: "600000",
    });
    expect(results[0]?.body).toContain("Success");
    expect(collector.requests).toHaveLength(1);
  });

  test("without anything that makes sure of who calls, nobody is answered, and the log says what to set", async () => {
    const { results, stderr } = await invoke(runtime, [functionUrlEvent({ body: call })], role);
    expect(results.map(({ statusCode }) => statusCode)).toEqual([500]);
    expect(stderr).toContain("BDA_MCP_AUTH_TOKEN");
  });

  test("behind a function URL that asks for AWS's signature, its header is not taken for a token", async () => {
    const sigV4 = {
      authorization: "AWS4-HMAC-SHA256 Credential=AKIA/20260312/us-east-1/lambda/aws4_request",
    };
    const { results } = await invoke(
      runtime,
      [functionUrlEvent({ headers: sigV4, body: message("tools/list") })],
      { ...role, BDA_MCP_BEHIND_AUTH: "true" },
    );
    expect(results.map(({ statusCode }) => statusCode)).toEqual([200]);
  });
});
