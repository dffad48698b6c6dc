import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mainOf } from "../support/built.ts";
import { audience, fakeIssuer } from "../support/fake-issuer.ts";
import {
  type AnyRuntime,
  cleanEnv,
  executables,
  finished,
  root,
  runScript,
  runtimes,
} from "../support/runtimes.ts";
import { jobAnswer, type SeenRequest, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overHttp, testKeys } from "../support/server-process.ts";

// Processes share what may be two cores.
setDefaultTimeout(60_000);

const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/sim-success";
const keys = { ...testKeys, AWS_SESSION_TOKEN: "a-session-token-that-is-a-secret" };

/** A machine whose way out is a proxy, in each way that one is named. */
const proxied: readonly (readonly [name: string, more: Readonly<Record<string, string>>])[] = [
  ["HTTP_PROXY", {}],
  ["http_proxy", { NO_PROXY: "corp.example" }],
  ["ALL_PROXY", { no_proxy: "corp.example" }],
];
const everywhere: readonly AnyRuntime[] = [...runtimes, "node"];

const proxy = () => scriptedEndpoint(() => new Response("this is the proxy", { status: 502 }));

/** The runtime, STS and S3 on one port. */
function answer({ body, method }: SeenRequest): Response {
  if (method === "GET") return Response.json({ output_metadata: [] });
  if (body.includes("GetCallerIdentity")) {
    return new Response(
      "<GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/me</Arn><Account>111122223333</Account></GetCallerIdentityResult>",
    );
  }
  return jobAnswer({
    status: "Success",
    outputConfiguration: { s3Uri: "s3://bucket/out/job_metadata.json" },
  });
}

describe.each(everywhere)("on %s, a plain-http endpoint on loopback is reached past the proxy", (runtime) => {
  test.each(proxied)("%s %j", async (name, more) => {
    await using way = proxy();
    await using endpoint = scriptedEndpoint(answer);
    const env = { ...keys, AWS_ENDPOINT_URL: endpoint.url, [name]: way.url, ...more };
    const { stdout } = await runScript(runtime, mainOf(runtime), ["doctor", arn], env);
    expect(way.requests).toEqual([]);
    expect(endpoint.requests.map(({ method }) => method).sort()).toEqual(["GET", "POST", "POST"]);
    expect(stdout).toMatch(/good identity.*good status call/s);
  });

  test("by whichever name it has", async () => {
    await using way = proxy();
    await using endpoint = scriptedEndpoint(answer);
    const env = { ...keys, AWS_ENDPOINT_URL: endpoint.url.replace("127.0.0.1", "localhost") };
    await runScript(runtime, mainOf(runtime), ["status", arn], { ...env, HTTP_PROXY: way.url });
    expect([way.requests.length, endpoint.requests.length]).toEqual([0, 1]);
  });

  test("an issuer's, too", async () => {
    await using way = proxy();
    await using issuer = await fakeIssuer();
    const args = ["--oidc-issuer", issuer.url, "--oidc-audience", audience];
    await using server = await overHttp(runtime, args, { ...testKeys, HTTP_PROXY: way.url });
    const headers = { authorization: `Bearer ${await issuer.token()}`, "content-type": "application/json" };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    const accept = "application/json, text/event-stream";
    const { status } = await fetch(server.url, { method: "POST", headers: { ...headers, accept }, body });
    expect([status, way.requests.length, issuer.asked()]).toEqual([200, 0, 1]);
  });
});

test("on Deno, where it may not see that there is a proxy", async () => {
  await using way = proxy();
  await using endpoint = scriptedEndpoint(answer);
  const flags = ["--no-prompt", "--allow-env=AWS_*,BDA_MCP_*", `--allow-net=${new URL(endpoint.url).host}`];
  const child = Bun.spawn([executables.deno, "run", ...flags, `${root}src/main.ts`, "status", arn], {
    env: cleanEnv({
      ...keys,
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      HTTP_PROXY: way.url,
    }),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const { code } = await finished(child);
  expect([code, way.requests.length, endpoint.requests.length]).toEqual([0, 0, 1]);
});

describe.each(runtimes)("--simulate on %s, on a machine whose way out is a proxy", (runtime) => {
  test.each(proxied)("%s %j", async (name, more) => {
    await using way = proxy();
    const env = { [name]: way.url, ...more };
    const { code, stderr } = await runScript(runtime, mainOf(runtime), ["status", "--simulate", arn], env);
    expect([code, stderr, way.requests.length]).toEqual([0, "", 0]);
  });
});
