import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { temporaryHome } from "../credentials/child.ts";
import { functionUrlEvent } from "../deploy/lambda-events.ts";
import { cleanEnv, commandOf, finished, root, runtimes } from "../support/runtimes.ts";

setDefaultTimeout(60_000);

/** The source with all its packages but those that figures and traces need. */
const bare = temporaryHome();

beforeAll(() => {
  for (const path of ["src", "package.json", "deno.json"]) {
    cpSync(`${root}${path}`, `${bare.path}/${path}`, { recursive: true });
  }
  mkdirSync(`${bare.path}/node_modules`);
  for (const name of readdirSync(`${root}node_modules`)) {
    if (name === "prom-client" || name === "@opentelemetry" || name.startsWith(".")) continue;
    symlinkSync(`${root}node_modules/${name}`, `${bare.path}/node_modules/${name}`);
  }
});
afterAll(() => bare[Symbol.dispose]());

const call = {
  name: "get_data_automation_status",
  arguments: {
    invocationArn: "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/sim-success",
  },
};
const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };

describe.each(runtimes)("on %s, where neither OpenTelemetry nor prom-client is installed,", (runtime) => {
  const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    Bun.spawn(commandOf(runtime, `${bare.path}/src/main.ts`, args), {
      cwd: bare.path,
      env: cleanEnv(env),
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });

  test.each([
    ["nothing is asked for", {}],
    ["traces are switched off", { ...collector, OTEL_SDK_DISABLED: "true" }],
  ])("stdio serves where %s", async (_, env) => {
    const child = start(["--simulate"], env);
    const opening = {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "x", version: "1" },
    };
    const requests = [
      { method: "initialize", params: opening },
      { method: "tools/call", params: call },
    ];
    for (const [id, request] of requests.entries())
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, ...request })}\n`);
    child.stdin.end();
    const { code, stdout } = await finished(child);
    expect([code, stdout]).toEqual([0, expect.stringContaining('"status":"Success"')]);
  });

  test("HTTP serves", async () => {
    const child = start(["http", "--port", "0", "--simulate"]);
    let stderr = "";
    for await (const chunk of child.stderr) {
      stderr += new TextDecoder().decode(chunk);
      const url = /"url":"([^"]+)"/.exec(stderr)?.[1];
      if (url === undefined) continue;
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: call }),
      });
      expect(await answer.text()).toContain('"status":"Success"');
      break;
    }
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
  });

  test("a function on Lambda serves", async () => {
    const words = [`${bare.path}/src/deploy/lambda.ts`, "buffer"];
    const child = Bun.spawn(commandOf(runtime, `${root}test/deploy/lambda-host.mjs`, words), {
      env: cleanEnv({ BDA_MCP_BEHIND_AUTH: "true" }),
      stdin: new TextEncoder().encode(
        JSON.stringify([
          functionUrlEvent({ body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }) }),
        ]),
      ),
      stdout: "pipe",
      stderr: "pipe",
    });
    expect((await finished(child)).stdout).toContain('"statusCode":200');
  });

  test.each([
    ["figures", ["--metrics"], {}, "prom-client"],
    ["traces", [], collector, "@opentelemetry"],
  ])("%s cannot be had, so this place has indeed none of them", async (_, args, env, name) => {
    const child = start(["http", "--port", "0", "--simulate", ...args], env);
    const { code, stderr } = await finished(child);
    expect(code).not.toBe(0);
    expect(stderr).toContain(name);
  });
});
