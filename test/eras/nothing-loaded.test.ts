// Each of MCP's SDKs is loaded only when a client opens with a revision of its own.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { temporaryHome } from "../credentials/child.ts";
import { cleanEnv, commandOf, finished, root, runtimes } from "../support/runtimes.ts";
import { headersOf, request } from "./raw.ts";

setDefaultTimeout(60_000);

/** The source, with all its packages but some of MCP's. */
const [withoutFirst, withoutSecond, withoutBoth] = [temporaryHome(), temporaryHome(), temporaryHome()];
const first = ["sdk"];
const second = ["server", "core"];
const left = [
  [withoutFirst.path, first],
  [withoutSecond.path, second],
  [withoutBoth.path, [...first, ...second]],
] as const;

beforeAll(() => {
  for (const [place, leftOut] of left) {
    for (const path of ["src", "package.json", "deno.json"]) {
      cpSync(`${root}${path}`, `${place}/${path}`, { recursive: true });
    }
    const scope = "node_modules/@modelcontextprotocol";
    mkdirSync(`${place}/${scope}`, { recursive: true });
    const link = (name: string) => symlinkSync(`${root}${name}`, `${place}/${name}`);
    for (const name of readdirSync(`${root}node_modules`)) {
      if (name !== "@modelcontextprotocol" && !name.startsWith(".")) link(`node_modules/${name}`);
    }
    for (const name of readdirSync(`${root}${scope}`)) {
      if (!leftOut.includes(name)) link(`${scope}/${name}`);
    }
  }
});
afterAll(() => {
  for (const home of [withoutFirst, withoutSecond, withoutBoth]) home[Symbol.dispose]();
});

const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/sim-success";
const call = { name: "get_data_automation_status", arguments: { invocationArn: arn } };
const oldCall = { jsonrpc: "2.0", id: 2, method: "tools/call", params: call };
const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
};
const discover = request(1, "server/discover");
const youngCall = request(2, "tools/call", call);
const succeeded = { id: 2, result: { structuredContent: { status: "Success" } } };
const notServed = { error: { code: -32603 } };

describe.each(runtimes)("on %s", (runtime) => {
  const start = (place: string, args: readonly string[]) =>
    Bun.spawn(commandOf(runtime, `${place}/src/main.ts`, args), {
      cwd: place,
      env: cleanEnv(),
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });

  async function overPipe(place: string, messages: readonly object[]): Promise<object[]> {
    const child = start(place, ["--simulate"]);
    for (const message of messages) child.stdin.write(`${JSON.stringify(message)}\n`);
    child.stdin.end();
    const { code, stdout } = await finished(child);
    expect(code).toBe(0);
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  async function overPost(place: string): Promise<readonly [old: object, young: object]> {
    const child = start(place, ["http", "--port", "0", "--simulate"]);
    let stderr = "";
    for await (const chunk of child.stderr) {
      stderr += new TextDecoder().decode(chunk);
      if (stderr.includes('"url":"')) break;
    }
    const url = /"url":"([^"]+)"/.exec(stderr)?.[1] ?? "";
    const { "mcp-protocol-version": _, "mcp-method": __, "mcp-name": ___, ...old } = headersOf(youngCall);
    const answer = async (headers: Record<string, string>, message: object) =>
      (await fetch(url, { method: "POST", headers, body: JSON.stringify(message) })).json();
    const answers = [await answer(old, oldCall), await answer(headersOf(youngCall), youngCall)] as const;
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
    return answers;
  }

  test("who speaks 2026-07-28 needs the second SDK alone", async () => {
    const { path } = withoutFirst;
    expect(await overPipe(path, [discover, youngCall])).toMatchObject([{ id: 1, result: {} }, succeeded]);
    // The first is indeed not there, and who asks for it is told.
    expect(await overPipe(path, [initialize])).toMatchObject([{ id: 1, ...notServed }]);
    expect(await overPost(path)).toMatchObject([notServed, succeeded]);
  });

  test("who opens with initialize needs the first alone", async () => {
    const { path } = withoutSecond;
    expect(await overPipe(path, [initialize, oldCall])).toMatchObject([{ id: 1, result: {} }, succeeded]);
    expect(await overPipe(path, [discover])).toMatchObject([{ id: 1, ...notServed }]);
    expect(await overPost(path)).toMatchObject([succeeded, notServed]);
  });

  test.each([
    ["status", [arn]],
    ["results", [arn.replace("sim-success", "sim-results-document")]],
    ["doctor", []],
  ])("a person who asks for %s needs neither", async (command, words) => {
    const { code, stderr } = await finished(start(withoutBoth.path, [command, ...words, "--simulate"]));
    expect([code, stderr]).toEqual([0, expect.not.stringContaining("modelcontextprotocol")]);
  });

  test("a server to whom nobody has spoken yet needs neither", async () => {
    const child = start(withoutBoth.path, []);
    child.stdin.end();
    expect((await finished(child)).code).toBe(0);
  });
});
