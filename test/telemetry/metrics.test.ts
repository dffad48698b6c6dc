import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mainOf } from "../support/built.ts";
import { readExposition, sampleOf } from "../support/exposition.ts";
import { audience, fakeIssuer } from "../support/fake-issuer.ts";
import { type AnyRuntime, builtRuntimes, runScript, runtimes } from "../support/runtimes.ts";
import { awsError, jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overHttp, type Serving, testKeys } from "../support/server-process.ts";

setDefaultTimeout(60_000);

const place = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/";
const status = "get_data_automation_status";
const operation = { service: "bedrock", operation: "GetDataAutomationStatus" };

/** Where the figures are, as the server says. */
async function figuresOf(server: Serving): Promise<URL> {
  for (;;) {
    const at = /"at":"([^"]+)"/.exec(server.stderr())?.[1];
    if (at !== undefined) return new URL(at);
    await Bun.sleep(5);
  }
}

async function scrape(url: URL, headers: Readonly<Record<string, string>> = {}) {
  const answer = await fetch(url, { headers });
  expect([answer.status, answer.headers.get("content-type")]).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
  ]);
  return readExposition(await answer.text());
}

const withToken = (
  runtime: AnyRuntime,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
) =>
  overHttp(runtime, args, {
    ...testKeys,
    BDA_MCP_AUTH_TOKEN: "a-token-of-some-length",
    BDA_MCP_METRICS_TOKEN: "the-token-of-the-collector",
    ...more,
  });
const caller = { authorization: "Bearer a-token-of-some-length" };
const collector = { authorization: "Bearer the-token-of-the-collector" };

test("the reader of the format refuses what is none of it", () => {
  const good = '# HELP a_total x\n# TYPE a_total counter\na_total{b="c"} 1\n';
  expect(sampleOf(readExposition(good), "a_total", { b: "c" })).toBe(1);
  const bad = [
    good.trim(),
    good.replace("# HELP a_total x\n", ""),
    `${good}${good}`,
    good.replace('"c"', "c"),
  ];
  for (const text of [...bad, good.replace("1", "one"), good.replaceAll("a_total", "a")])
    expect(() => readExposition(text)).toThrow();
});

describe.each([...runtimes, ...builtRuntimes])("figures for Prometheus on %s", (runtime) => {
  test("count the calls, to tools and to AWS, as they were", async () => {
    await using server = await overHttp(runtime, ["--simulate", "--metrics", "0"]);
    const client = await server.connect();
    const figures = await figuresOf(server);
    expect(figures.port).not.toBe(server.url.port);
    const ask = (jobId: string) =>
      client.callTool({ name: status, arguments: { invocationArn: `${place}${jobId}` } });
    await ask("sim-success");
    await ask("sim-success");
    await ask("sim-access-denied");
    await ask("sim-throttled-twice");
    await client.callTool({ name: status, arguments: { invocationArn: "no ARN" } });
    const after = await scrape(figures);
    const calls = (outcome: string) => sampleOf(after, "bda_mcp_tool_calls_total", { tool: status, outcome });
    expect(["ok", "access_denied", "invalid_input"].map(calls)).toEqual([3, 1, 1]);
    expect(sampleOf(after, "bda_mcp_tool_call_duration_seconds_count", { tool: status })).toBe(5);
    const aws = (outcome: string) => sampleOf(after, "bda_mcp_aws_calls_total", { ...operation, outcome });
    expect(["ok", "access_denied"].map(aws)).toEqual([2, 1]);
    expect(sampleOf(after, "bda_mcp_aws_call_duration_seconds_count", operation)).toBe(3);
    expect(sampleOf(after, "bda_mcp_aws_retries_total", operation)).toBe(2);
    expect(sampleOf(after, "bda_mcp_aws_throttles_total", operation)).toBe(2);
    const answers = (source: string) => sampleOf(after, "bda_mcp_status_answers_total", { source });
    expect(["aws", "shared", "memory"].map(answers)).toEqual([3, 0, 1]);
    expect(sampleOf(after, "process_resident_memory_bytes")).toBeGreaterThan(1e6);
    expect(sampleOf(after, "process_cpu_seconds_total")).toBeGreaterThan(0);
    expect(sampleOf(after, "process_start_time_seconds")).toBeWithin(
      Date.now() / 1000 - 60,
      Date.now() / 1000 + 1,
    );
  });

  test("show what is under way, and that it has ended", async () => {
    let answer = (_: Response) => {};
    const held = new Promise<Response>((resolve) => {
      answer = resolve;
    });
    await using endpoint = scriptedEndpoint((_, index) =>
      index === 0 ? held : jobAnswer({ status: "Success" }),
    );
    const env = { ...testKeys, AWS_ENDPOINT_URL: endpoint.url };
    await using server = await overHttp(runtime, ["--metrics", "0"], env);
    const client = await server.connect();
    const figures = await figuresOf(server);
    const wait = client.callTool({
      name: "wait_for_data_automation_job",
      arguments: { invocationArn: `${place}held`, timeoutSeconds: 30 },
    });
    await endpoint.arrived(1);
    const during = await scrape(figures);
    const gauges = ["bda_mcp_calls_in_flight", "bda_mcp_waits_open", "bda_mcp_jobs_watched"];
    expect(gauges.map((name) => sampleOf(during, name))).toEqual([1, 1, 1]);
    answer(jobAnswer({ status: "Success" }));
    await wait;
    const after = await scrape(figures);
    expect(gauges.map((name) => sampleOf(after, name))).toEqual([0, 0, 0]);
  });

  test("a call that AWS fails again and again is one call, with its attempts", async () => {
    await using endpoint = scriptedEndpoint(() =>
      awsError("InternalServerException", "oops", { status: 500 }),
    );
    const env = { ...testKeys, AWS_ENDPOINT_URL: endpoint.url, AWS_MAX_ATTEMPTS: "3" };
    await using server = await overHttp(runtime, ["--metrics", "0"], env);
    const client = await server.connect();
    await client.callTool({ name: status, arguments: { invocationArn: `${place}broken` } });
    const after = await scrape(await figuresOf(server));
    expect(endpoint.requests).toHaveLength(3);
    const outcome = { ...operation, outcome: "service_fault" };
    expect(sampleOf(after, "bda_mcp_aws_calls_total", outcome)).toBe(1);
    expect(sampleOf(after, "bda_mcp_aws_retries_total", operation)).toBe(2);
    expect(sampleOf(after, "bda_mcp_aws_throttles_total", operation)).toBe(0);
  });

  test("on MCP's port are for the token of their own, which opens nothing else, and for requests to this host", async () => {
    await using server = await withToken(runtime, ["--metrics"]);
    const figures = await figuresOf(server);
    expect(figures.port).toBe(server.url.port);
    const get = async (headers: Readonly<Record<string, string>>, url = figures) => {
      const answer = await fetch(url, { headers });
      return [answer.status, answer.headers.get("www-authenticate")];
    };
    expect(await get({})).toEqual([401, "Bearer"]);
    expect(await get({ authorization: "Bearer another-token-altogether" })).toEqual([
      401,
      'Bearer error="invalid_token"',
    ]);
    // What callers did is not for each of them.
    expect(await get(caller)).toEqual([
      403,
      'Bearer error="insufficient_scope", error_description="The figures need a token of their own."',
    ]);
    expect(await get({ ...collector, host: "evil.example" })).toEqual([403, null]);
    expect((await get(collector, server.url))[0]).toBe(401);
    const families = await scrape(figures, collector);
    expect(sampleOf(families, "bda_mcp_http_refusals_total", { status: "401" })).toBe(3);
    expect(sampleOf(families, "bda_mcp_http_refusals_total", { status: "403" })).toBe(2);
    expect(server.stderr()).not.toMatch(/the-token-of|a-token-of/);
  });

  test("of an issuer's tokens those read them that grant bda:metrics, and no others", async () => {
    await using issuer = await fakeIssuer();
    const args = ["--metrics", "--oidc-issuer", issuer.url, "--oidc-audience", audience];
    const env = { ...testKeys, BDA_MCP_AUTH_TOKEN: "a-token-of-some-length" };
    await using server = await overHttp(runtime, args, env);
    const figures = await figuresOf(server);
    const resource = `resource_metadata="${server.url.origin}/.well-known/oauth-protected-resource/mcp"`;
    const bearing = async (scope: string) => ({
      authorization: `Bearer ${await issuer.token({ claims: { scope } })}`,
    });
    const nobody = await fetch(figures);
    expect([nobody.status, nobody.headers.get("www-authenticate")]).toEqual([
      401,
      `Bearer scope="bda:metrics", ${resource}`,
    ]);
    for (const headers of [await bearing("bda:read bda:metrics:all"), caller]) {
      const answer = await fetch(figures, { headers });
      expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([
        403,
        `Bearer error="insufficient_scope", error_description="The figures need the scope bda:metrics.", scope="bda:metrics", ${resource}`,
      ]);
    }
    await scrape(figures, await bearing("bda:read bda:metrics"));
    const collecting = await bearing("bda:metrics");
    await scrape(figures, collecting);
    // It opens no tool.
    const answer = await fetch(server.url, {
      method: "POST",
      headers: {
        ...collecting,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
    });
    expect(await answer.json()).toMatchObject({ result: { tools: [] } });
  });

  test("on a port of their own want the token too, where it is set", async () => {
    const env = { ...testKeys, BDA_MCP_METRICS_TOKEN: "the-token-of-the-collector" };
    await using server = await overHttp(runtime, ["--metrics", "0"], env);
    const figures = await figuresOf(server);
    expect((await fetch(figures)).status).toBe(401);
    expect((await fetch(figures, { headers: caller })).status).toBe(401);
    await scrape(figures, collector);
  });

  test.each([
    [{ BDA_MCP_AUTH_TOKEN: "a-token-of-some-length" }, "--metrics on MCP's port needs BDA_MCP_METRICS_TOKEN"],
    [
      {
        BDA_MCP_AUTH_TOKEN: "a=a-token-of-some-length,b=the-token-of-the-collector",
        BDA_MCP_METRICS_TOKEN: "the-token-of-the-collector",
      },
      "BDA_MCP_METRICS_TOKEN must be none of BDA_MCP_AUTH_TOKEN",
    ],
    [{ BDA_MCP_METRICS_TOKEN: "short" }, "BDA_MCP_METRICS_TOKEN must have at least 16 characters"],
  ])("a way to them that cannot be right is named at the start", async (env, words) => {
    const args = ["http", "--port", "0", "--metrics"];
    const ran = await runScript(runtime, mainOf(runtime), args, { ...testKeys, ...env });
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([2, "", expect.stringContaining(words)]);
    expect(ran.stderr).not.toMatch(/-of-the-collector|-of-some-length/);
  });

  test("are not there unless they are asked for", async () => {
    await using server = await overHttp(runtime);
    expect((await fetch(new URL("/metrics", server.url))).status).toBe(404);
  });

  test("a port that is taken is named, and nothing is served", async () => {
    await using endpoint = scriptedEndpoint(() => new Response());
    const { port } = new URL(endpoint.url);
    const ran = await runScript(
      runtime,
      mainOf(runtime),
      ["http", "--port", "0", "--metrics", port],
      testKeys,
    );
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([
      2,
      "",
      expect.stringContaining(`Port ${port} of 127.0.0.1 is taken`),
    ]);
  });

  test("whoever is refused is seen in the log, and many of them do not flood it", async () => {
    await using server = await withToken(runtime, ["--metrics"]);
    const attempt = (index: number) =>
      fetch(server.url, { method: "POST", headers: { authorization: `Bearer guess-number-${index}` } });
    for (let done = 0; done < 300; done += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => attempt(done + index)));
      for (const answer of answers) {
        expect(answer.status).toBe(401);
        await answer.text();
      }
    }
    const refusals = () => server.stderr().match(/^.*"request refused".*$/gm) ?? [];
    expect(refusals().length).toBeWithin(10, 21);
    expect(JSON.parse(refusals()[0] ?? "")).toMatchObject({ level: "warn", status: 401 });
    expect(server.stderr()).not.toContain("guess-number");
    const families = await scrape(await figuresOf(server), collector);
    expect(sampleOf(families, "bda_mcp_http_refusals_total", { status: "401" })).toBe(300);
  });
});
