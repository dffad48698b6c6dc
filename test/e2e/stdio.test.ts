import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mainOf } from "../support/built.ts";
import { builtRuntimes, cleanEnv, commandOf, root, runScript, runtimes } from "../support/runtimes.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overStdio, testKeys, textOf } from "../support/server-process.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";
const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "pipe", version: "1" } },
};
const callStatus = {
  jsonrpc: "2.0",
  id: 2,
  method: "tools/call",
  params: { name: "get_data_automation_status", arguments: { invocationArn: arn } },
};

function lines(...messages: readonly object[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join("");
}

describe.each([...runtimes, ...builtRuntimes])("over stdio on %s", (runtime) => {
  test("a client lists the tools and has a job explained", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    await using server = await overStdio(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const { tools } = await server.client.listTools();
    const tool = tools.find(({ name }) => name === "get_data_automation_status");
    expect(tool?.annotations).toMatchObject({
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: true,
    });
    const result = await server.client.callTool({
      name: "get_data_automation_status",
      arguments: { invocationArn: `  ${arn}\n` },
    });
    expect(result.structuredContent).toMatchObject({
      invocationArn: arn,
      status: "InProgress",
      explanation: { verdict: "running", isTerminal: false, startAgain: "no" },
    });
    expect(textOf(result)).toContain(arn);
    expect(server.stderr()).not.toMatch(/error/i);
  });

  test("a request that is piped in is answered, and the process ends well at the end of input", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
    const { code, stdout, stderr } = await runScript(
      runtime,
      mainOf(runtime),
      [],
      { ...testKeys, AWS_ENDPOINT_URL: endpoint.url },
      lines(initialize, { jsonrpc: "2.0", method: "notifications/initialized" }, callStatus),
    );
    expect(code).toBe(0);
    const messages = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(messages.map(({ jsonrpc, id }) => [jsonrpc, id])).toEqual([
      ["2.0", 1],
      ["2.0", 2],
    ]);
    expect(messages[1].result.structuredContent.explanation.verdict).toBe("succeeded");
    for (const line of stderr.trim().split("\n")) expect(JSON.parse(line)).toMatchObject({ level: "info" });
  });

  test("with no input at all it starts and ends quietly", async () => {
    const { code, stdout, stderr } = await runScript(runtime, mainOf(runtime), [], {}, "");
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).not.toMatch(/error/i);
  });

  test.each(["end of input", "SIGINT", "SIGTERM"] as const)(
    "%s ends it with code 0 and hangs up on AWS, with a call in flight",
    async (how) => {
      await using endpoint = scriptedEndpoint(() => new Promise<Response>(() => {}));
      const child = Bun.spawn(commandOf(runtime, mainOf(runtime)), {
        cwd: root,
        env: cleanEnv({ ...testKeys, AWS_ENDPOINT_URL: endpoint.url }),
        stdin: "pipe",
        stdout: "pipe",
        stderr: "ignore",
      });
      child.stdin.write(lines(initialize, callStatus));
      child.stdin.flush();
      await endpoint.arrived(1);
      if (how === "end of input") child.stdin.end();
      else child.kill(how);
      expect(await child.exited).toBe(0);
      await endpoint.hungUp;
    },
  );

  test("a client's cancellation hangs up on AWS, and the server goes on", async () => {
    await using endpoint = scriptedEndpoint((_, index) =>
      index === 0 ? new Promise<Response>(() => {}) : jobAnswer({ status: "Created" }),
    );
    await using server = await overStdio(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const cancelling = new AbortController();
    const call = { name: "get_data_automation_status", arguments: { invocationArn: arn } };
    const cancelled = server.client
      .callTool(call, undefined, { signal: cancelling.signal })
      .catch(() => "cancelled");
    await endpoint.arrived(1);
    cancelling.abort();
    expect(await cancelled).toBe("cancelled");
    await endpoint.hungUp;
    const next = await server.client.callTool(call);
    expect(next.structuredContent).toMatchObject({ status: "Created" });
  });

  test("a line that is no message is noted, and that and a tool that there is not leave the server alive", async () => {
    const { code, stderr, stdout } = await runScript(
      runtime,
      mainOf(runtime),
      [],
      testKeys,
      `${lines(initialize)}hello\n{"jsonrpc":"1.0"}\n${lines(
        { jsonrpc: "2.0", id: 3, method: "tools/call", params: { name: "no_such_tool" } },
        { jsonrpc: "2.0", id: 4, method: "ping" },
      )}`,
    );
    expect(code).toBe(0);
    const messages = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(messages.find(({ id }) => id === 3).error).toMatchObject({
      code: -32602,
      message: expect.stringMatching(/^There is no tool of this name\. .*get_data_automation_status/),
    });
    expect(messages.find(({ id }) => id === 4).result).toEqual({});
    expect(stderr.match(/"level":"warn","message":"MCP message not handled"/g)).toHaveLength(2);
  });
});
