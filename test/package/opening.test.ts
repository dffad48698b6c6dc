import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/sdk/types.js";
import { recordedConfig } from "../../src/cli/recorded-config.ts";
import { readConfig } from "../../src/config.ts";
import { record } from "../scripts/record.ts";
import { built } from "../support/built.ts";
import { type AnyRuntime, builtRuntimes, root, runScript, runtimes } from "../support/runtimes.ts";
import { testKeys } from "../support/server-process.ts";

setDefaultTimeout(60_000);

/** What is built answers a client's first messages from a recording: nobody may be able to tell. */
const lists = ["ping", "tools/list", "prompts/list", "resources/list", "resources/templates/list"];
const client = { capabilities: {}, clientInfo: { name: "c", version: "1" } };

function initialize(params: object = {}, id: unknown = "first") {
  return { id, method: "initialize", params: { protocolVersion: "2025-11-25", ...client, ...params } };
}
const initialized = { method: "notifications/initialized" };
const list = (params?: object, id: unknown = 7) => ({ id, method: "tools/list", ...(params && { params }) });
const noSuchTool = { id: 9, method: "tools/call", params: { name: "none", arguments: {} } };

function lines(messages: readonly (object | string)[]): string {
  return messages
    .map((one) => (typeof one === "string" ? one : JSON.stringify({ jsonrpc: "2.0", ...one })))
    .join("\n");
}

/** What is answered, whatever the order of the answers: some wait for what is loaded, some do not. */
async function answers(runtime: AnyRuntime, script: string, input: string): Promise<unknown[]> {
  const { code, stdout } = await runScript(runtime, script, [], testKeys, input);
  expect(code).toBe(0);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
    .sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

function idOf(message: object): string {
  return JSON.stringify("id" in message ? message.id : message);
}

const sessions: Readonly<Record<string, readonly (object | string)[]>> = {
  "a host's start": [initialize(), initialized, ...lists.map((method, id) => ({ id, method })), ""],
  "a host's start and a call": [initialize(), initialized, list(), noSuchTool, list({}, 8), ""],
  "a last line without a break": [initialize(), initialized, list(), noSuchTool],
  "capabilities of a real host": [
    initialize({ capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: { form: {} } } }),
    initialized,
    list({ _meta: { progressToken: 1 } }),
    "",
  ],
  "an unknown revision": [initialize({ protocolVersion: "1999-01-01" }), initialized, list(), ""],
  "a revision named as an object's own": [initialize({ protocolVersion: "__proto__" }), list(), ""],
  "a second initialize": [initialize(), initialized, initialize({}, "second"), list(), ""],
  "a request before the handshake": [list(), initialize(), initialized, list(), ""],
  "wrong parameters": [initialize({ capabilities: { roots: 5 } }), initialize({ clientInfo: 5 }), list(), ""],
  "an id that is none": [initialize({}, null), initialize({}, 1.5), initialize(), list({}, null), ""],
  "a batch": [initialize(), `[${JSON.stringify({ jsonrpc: "2.0", ...list() })}]`, ""],
  "what is no JSON": [initialize(), initialized, "{", list(), ""],
  "a list with parameters of a wrong form": [
    initialize(),
    initialized,
    list({ _meta: 5 }),
    list({ cursor: 5 }, 8),
    "",
  ],
  "a cursor": [initialize(), initialized, list({ cursor: "x" }), ""],
  "a method that there is not": [initialize(), initialized, { id: 3, method: "constructor" }, ""],
  "another revision's request": [
    initialize(),
    initialized,
    list({ _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } }),
    "",
  ],
  "a notification that is none of the opening's": [
    initialize(),
    initialized,
    { method: "notifications/roots/list_changed" },
    list(),
    "",
  ],
  "a long line": [initialize(), initialized, { ...noSuchTool, padding: "x".repeat(200_000) }, list(), ""],
  nothing: [""],
};

describe("what is built and what it was built of answer alike", () => {
  test.each(Object.entries(sessions))("%s", async (_name, messages) => {
    const input = lines(messages);
    const [source, ...of] = await Promise.all([
      answers("bun", `${root}src/main.ts`, input),
      ...[...builtRuntimes, ...runtimes].map((runtime) => answers(runtime, join(built(), "main.js"), input)),
    ]);
    for (const answered of of) expect(answered).toEqual(source);
  });

  test.each(SUPPORTED_PROTOCOL_VERSIONS)("a client of revision %s", async (protocolVersion) => {
    const asked = lists.map((method, id) => ({ id, method }));
    const input = lines([initialize({ protocolVersion }), initialized, ...asked, ""]);
    const source = await answers("bun", `${root}src/main.ts`, input);
    expect(source.length).toBe(1 + lists.length);
    expect(await answers("node", join(built(), "main.js"), input)).toEqual(source);
  });
});

describe("the configuration that was recorded", () => {
  test.each([
    [{}],
    [{ AWS_PROFILE: "dev" }],
    [{ AWS_PROFILE: " dev \n" }],
    [{ AWS_PROFILE: "  " }],
    [{ BDA_MCP_LOG_LEVEL: "" }],
    [{ BDA_MCP_AUTH_TOKEN: "only for HTTP" }],
  ])("is that of a server with %j", async (env) => {
    const { config } = await record();
    const reading = readConfig([], env);
    expect(recordedConfig([], env, config)).toEqual(reading.kind === "run" ? reading : undefined);
  });

  test.each([
    [["--simulate"], {}],
    [[], { BDA_MCP_RESULTS: "off" }],
    [[], { AWS_USE_FIPS_ENDPOINT: "yes" }],
    [[], { AWS_ENDPOINT_URL_S3: "http://s3.example" }],
    [[], { BDA_MCP_LOG_LEVEL: "loud" }],
    [[], { AWS_MAX_ATTEMPTS: "2" }],
    [["http"], {}],
  ])("is not taken with %j and %j", async (argv, env) => {
    expect(recordedConfig(argv, env, (await record()).config)).toBeUndefined();
  });
});
