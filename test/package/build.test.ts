import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { accessSync, constants, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { product } from "../../src/product.ts";
import { simulatorJobs } from "../../src/simulator/catalogue.ts";
import { temporaryHome } from "../credentials/child.ts";
import { createWorld, type World } from "../credentials/world.ts";
import { built } from "../support/built.ts";
import { builtRuntimes, runScript, runtimes } from "../support/runtimes.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { testKeys } from "../support/server-process.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";
const opening = [
  {
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "pipe", version: "1" } },
  },
  { method: "notifications/initialized" },
  { id: 2, method: "tools/list" },
  {
    id: 3,
    method: "tools/call",
    params: { name: "get_data_automation_status", arguments: { invocationArn: arn } },
  },
]
  .map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
  .join("");

/** What the folder holds, by name. */
function scripts(): Map<string, string> {
  const names = readdirSync(built()).filter((name) => name.endsWith(".js"));
  return new Map(names.map((name) => [name, readFileSync(join(built(), name), "utf8")]));
}

describe("the built folder", () => {
  test("needs nothing beside it but a runtime", () => {
    const manifest = JSON.parse(readFileSync(join(built(), "package.json"), "utf8"));
    expect(manifest).toMatchObject({ name: product.name, version: product.version, type: "module" });
    expect(Object.keys(manifest).filter((key) => /dependencies/i.test(key))).toEqual([]);
    const given = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);
    const transpiler = new Bun.Transpiler({ loader: "js" });
    const foreign = [...scripts()].flatMap(([name, text]) =>
      transpiler
        .scanImports(text.replace(/^#!.*/, ""))
        .filter(({ path }) => !given.has(path) && !scripts().has(path.replace(/^\.\//, "")))
        .map(({ path }) => `${name}: ${path}`),
    );
    expect(foreign).toEqual([]);
  });

  test("has an executable that Node starts", () => {
    const { bin } = JSON.parse(readFileSync(join(built(), "package.json"), "utf8"));
    expect(bin).toEqual({ [product.name]: "main.js" });
    const main = join(built(), "main.js");
    accessSync(main, constants.X_OK);
    expect(readFileSync(main, "utf8")).toStartWith("#!/usr/bin/env node\n");
    const { stdout } = Bun.spawnSync([main, "--version"], { env: { PATH: process.env.PATH ?? "" } });
    expect(stdout.toString()).toBe(`${product.name} ${product.version}\n`);
  });

  test("is loaded only as far as a client over stdio needs", async () => {
    const [, , , call = ""] = opening.split(/(?<=\n)/);
    const start = await loadedBy(opening.replace(call, ""));
    expect(start.map((name) => name.replace(/-.*/, "")).sort()).toEqual(["main.js", "start"]);
    const loaded = await loadedBy(opening);
    expect(loaded.length).toBeGreaterThan(start.length);
    const holding = (words: string) =>
      [...scripts()].filter(([, text]) => text.includes(words)).map(([name]) => name);
    // AWS's packages, the simulator, the other commands, the other transport.
    for (const words of [
      "AwsSdkSigV4Signer",
      "sim-queued",
      "All that was checked is good.",
      "The user aborted a request.",
    ]) {
      const parts = holding(words);
      expect([words, parts.length > 0]).toEqual([words, true]);
      expect([words, parts.filter((name) => loaded.includes(name))]).toEqual([words, []]);
    }
  });

  test("holds nothing that is never used", () => {
    const all = [...scripts().values()].join("\n");
    // zod 3, its JSON Schema, two compilers of JSON Schema, zod's other languages.
    for (const words of ["ZodPipeline", "zodToJsonSchema(", "strictSchema", "@cfworker", "Ungültige"]) {
      expect([words, all.includes(words)]).toEqual([words, false]);
    }
    expect(all).toContain("Invalid input");
  });
});

/** The parts that Node loads for some input: keys are in the environment. */
async function loadedBy(input: string): Promise<string[]> {
  using coverage = temporaryHome();
  await using endpoint = scriptedEndpoint(() => jobAnswer());
  const env = { ...testKeys, AWS_ENDPOINT_URL: endpoint.url, NODE_V8_COVERAGE: coverage.path };
  await runScript("node", join(built(), "main.js"), [], env, input);
  return readdirSync(coverage.path)
    .flatMap((name) => JSON.parse(readFileSync(join(coverage.path, name), "utf8")).result)
    .map(({ url }: { readonly url: string }) => url.slice(url.lastIndexOf("/") + 1))
    .filter((name) => scripts().has(name));
}

describe.each([...builtRuntimes, ...runtimes])("what is built, on %s,", (runtime) => {
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = testKeys, stdin?: string) =>
    runScript(runtime, join(built(), "main.js"), args, env, stdin);

  test("lists and calls over stdio, writes nothing else to stdout, and ends with its input", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
    const { code, stdout, stderr } = await run([], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url }, opening);
    expect(code).toBe(0);
    const messages = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(messages).toMatchObject([
      { jsonrpc: "2.0", id: 1, result: { serverInfo: { name: product.name, version: product.version } } },
      {
        jsonrpc: "2.0",
        id: 2,
        result: {
          tools: expect.arrayContaining([expect.objectContaining({ inputSchema: expect.anything() })]),
        },
      },
      { jsonrpc: "2.0", id: 3, result: { structuredContent: { status: "Success" } } },
    ]);
    for (const line of stderr.trimEnd().split("\n"))
      expect(JSON.parse(line)).toMatchObject({ level: "info" });
  });

  test("has the commands, and the simulator", async () => {
    const jobs = new Map(simulatorJobs.map(({ jobId, arn: known }) => [jobId, known]));
    const ends = [
      ["sim-success", 0],
      ["sim-access-denied", 1],
      ["sim-client-error-kms", 3],
      ["sim-queued", 4],
    ] as const;
    await Promise.all(
      ends.map(async ([jobId, code]) => {
        const told = await run(["status", "--simulate", jobs.get(jobId) ?? ""]);
        expect([jobId, told.code]).toEqual([jobId, code]);
        expect(code === 1 ? told.stderr : told.stdout).toMatch(/\S/);
        expect(code === 1 ? told.stdout : told.stderr).toBe("");
      }),
    );
    const doctor = await run(["doctor", "--simulate", jobs.get("sim-success") ?? ""]);
    expect([doctor.code, doctor.stderr]).toEqual([0, ""]);
    expect(doctor.stdout).toMatch(new RegExp(`^good runtime +${runtime} \\d`, "i"));
    const policy = await run(["iam-policy", arn]);
    expect([policy.code, JSON.parse(policy.stdout).Version]).toEqual([0, "2012-10-17"]);
  });

  describe("with credentials from AWS's own packages", () => {
    let world: World;
    beforeAll(() => {
      world = createWorld();
    });
    afterAll(() => world[Symbol.dispose]());

    test.each([
      ["role", "ASIA000000000000ROLE"],
      ["sso", "ASIA000000000000SSOK"],
      ["static", "AKIA000000000000FILE"],
    ])("profile %s signs, and nobody warns of anything", async (profile, accessKeyId) => {
      await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
      const { code, stderr } = await run(["status", "--profile", profile, arn], {
        ...world.endpoints,
        HOME: world.home.path,
        AWS_ENDPOINT_URL: endpoint.url,
      });
      expect([code, stderr]).toEqual([0, ""]);
      expect(endpoint.requests[0]?.headers.get("authorization")).toContain(`Credential=${accessKeyId}/`);
    });
  });

  test("is a library too", async () => {
    using home = temporaryHome();
    const script = join(home.path, "mount.mjs");
    writeFileSync(script, mounting(join(built(), "index.js")));
    const { stdout, stderr } = await runScript(runtime, script);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      status: 200,
      tools: expect.arrayContaining(["get_data_automation_status"]),
      reading: { ok: true, arn: { region: "us-east-1" } },
    });
  });
});

/** A program of somebody else's, that mounts the HTTP app. */
function mounting(library: string): string {
  return `
import { compose, createHttpApp, readInvocationArn, legacyEra, silentLog, systemClock } from ${JSON.stringify(library)};
const parts = { clock: systemClock, log: silentLog };
const { catalogue } = compose(
  { attemptTimeout: 10, callTimeout: 30, maxCallsPerSecond: 10 },
  { ...parts, env: {}, random: Math.random, fetch },
);
const app = createHttpApp({
  legacy: legacyEra({ ...parts, catalogue }),
  log: silentLog,
  path: "/mcp",
  allowedHosts: [],
  allowedOrigins: [],
});
const answer = await app.request("http://localhost/mcp", {
  method: "POST",
  headers: {
    host: "localhost",
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
  },
  body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
});
const { result } = await answer.json();
console.log(JSON.stringify({
  status: answer.status,
  tools: result.tools.map(({ name }) => name),
  reading: readInvocationArn(${JSON.stringify(arn)}),
}));
`;
}
