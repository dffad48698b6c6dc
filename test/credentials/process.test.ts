import { describe, expect, test } from "bun:test";
import { readProcessOutput, runCredentialProcess } from "../../src/aws/credential-process.ts";

const now = Date.parse("2026-03-05T12:00:00Z");
const good = { Version: 1, AccessKeyId: "AKIA1", SecretAccessKey: "MARK" };

function failureOf(output: unknown): unknown {
  try {
    return readProcessOutput(typeof output === "string" ? output : JSON.stringify(output), now);
  } catch (thrown) {
    return thrown;
  }
}

describe("what credential_process prints", () => {
  test("is read with and without its optional parts", () => {
    expect(readProcessOutput(`\n${JSON.stringify(good)}\n`, now)).toEqual({
      accessKeyId: "AKIA1",
      secretAccessKey: "MARK",
    });
    const more = { ...good, SessionToken: "MARK", Expiration: "2026-03-05T13:00:00Z" };
    expect(readProcessOutput(JSON.stringify(more), now)).toEqual({
      accessKeyId: "AKIA1",
      secretAccessKey: "MARK",
      sessionToken: "MARK",
      expiresAt: now + 3_600_000,
    });
  });

  test.each([
    ["nothing", ""],
    ["words", "MARK"],
    ["an array", [good]],
    ["null", "null"],
    ["two objects", `${JSON.stringify(good)}${JSON.stringify(good)}`],
    ["another version", { ...good, Version: 2 }],
    ["no version", { ...good, Version: undefined }],
    ["no secret", { ...good, SecretAccessKey: undefined }],
    ["a key id that is a number", { ...good, AccessKeyId: 1 }],
    ["an expiry that is no date", { ...good, Expiration: "MARK" }],
  ])("is refused and not shown where it is %s", (_, output) => {
    const failure = failureOf(output);
    expect(failure).toMatchObject({ code: "credentials_failed" });
    expect(Bun.inspect(failure, { depth: 10 })).not.toContain("MARK");
  });

  test("asks for a new login where the keys have expired", () => {
    expect(failureOf({ ...good, Expiration: "2026-03-05T12:00:00Z" })).toMatchObject({
      code: "login_expired",
      facts: { login: "process" },
    });
  });
});

describe("a credential_process", () => {
  const run = (command: string, timeoutMs = 10_000) =>
    runCredentialProcess(command, { timeoutMs, now }).catch((thrown: unknown) => thrown);

  test("that hangs is ended", async () => {
    expect(await run("exec sleep 60", 50)).toMatchObject({
      code: "credentials_failed",
      facts: { timeoutMs: 50 },
    });
  });

  test("that waits for input gets none", async () => {
    expect(await run("read -r line || exit 9")).toMatchObject({ facts: { exitCode: 9 } });
  });

  test("that never stops printing is ended", async () => {
    expect(await run("yes MARK")).toMatchObject({
      code: "credentials_failed",
      facts: { systemCode: "ERR_CHILD_PROCESS_STDIO_MAXBUFFER" },
    });
  });

  test.each([
    ["no-such-command-anywhere", 127],
    ["echo MARK; echo MARK >&2; exit 4", 4],
  ])("that fails shows its exit code and nothing that it printed: %s", async (command, exitCode) => {
    const failure = await run(command);
    expect(failure).toMatchObject({ code: "credentials_failed", facts: { exitCode } });
    expect(Bun.inspect(failure, { depth: 10 })).not.toMatch(/MARK|no-such/);
  });
});
