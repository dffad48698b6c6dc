import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { openSync } from "node:fs";
import { mainOf } from "../support/built.ts";
import { builtRuntimes, cleanEnv, commandOf, root, runtimes } from "../support/runtimes.ts";

setDefaultTimeout(60_000);

const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/sim-success";

describe.each([...runtimes, ...builtRuntimes])("where the disk is full, on %s", (runtime) => {
  test.each([
    { args: ["--help"] },
    { args: ["iam-policy"] },
    { args: ["status", arn, "--simulate"] },
    { args: ["doctor", "--simulate"] },
  ])("$args says so, and does not end well", async ({ args }) => {
    const child = Bun.spawn(commandOf(runtime, mainOf(runtime), args), {
      cwd: root,
      env: cleanEnv(),
      stdout: openSync("/dev/full", "w"),
      stderr: "pipe",
    });
    const told = await new Response(child.stderr).text();
    expect(await child.exited).toBe(1);
    expect(told.trimEnd()).toEndWith("The output could not be written: ENOSPC.");
  });

  test("a log that cannot be written is no reason not to serve", async () => {
    const child = Bun.spawn(commandOf(runtime, mainOf(runtime), ["--simulate"]), {
      cwd: root,
      env: cleanEnv(),
      stdin: new TextEncoder().encode(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" })}\n`),
      stdout: "pipe",
      stderr: openSync("/dev/full", "w"),
    });
    expect(await new Response(child.stdout).json()).toEqual({ jsonrpc: "2.0", id: 1, result: {} });
    expect(await child.exited).toBe(1);
  });
});
