import { describe, expect, test } from "bun:test";
import { usage, usageOf } from "../../src/cli/usage.ts";
import { product } from "../../src/product.ts";
import { awsVariables } from "../../src/settings/aws-variables.ts";
import { commands } from "../../src/settings/commands.ts";
import { appliesTo } from "../../src/settings/setting.ts";
import { settingEntries } from "../../src/settings/settings.ts";
import { runCommand } from "./run-command.ts";

const plain = { color: false, terminal: false, width: Number.POSITIVE_INFINITY };

describe("--help", () => {
  test("names every command, flag, variable, default and exit code", () => {
    const text = usage(plain);
    for (const command of commands) expect(text).toMatch(new RegExp(`^ {2}${command}\\b`, "m"));
    for (const [, { flag, variable, default: usual }] of settingEntries) {
      if (flag !== undefined) expect(text).toContain(`--${flag}`);
      if (variable !== undefined) expect(text).toContain(variable);
      if (usual !== undefined) expect(text.replace(/\s+/g, " ")).toContain(`default ${usual}]`);
    }
    for (const name of awsVariables.flatMap(({ names }) => names)) expect(text).toContain(name);
    for (const code of [0, 1, 2, 3, 4]) expect(text).toMatch(new RegExp(`^ {2}${code} {2}`, "m"));
  });

  test("names the exit codes that a command has, for what they mean there", () => {
    const codesOf = (command: (typeof commands)[number]) =>
      /\nExit codes\n(.*)$/s
        .exec(usageOf(command, plain))?.[1]
        ?.match(/^ {2}\d/gm)
        ?.map(Number);
    expect(codesOf("status")).toEqual([0, 1, 2, 3, 4]);
    expect(codesOf("results")).toEqual([0, 1, 2, 3, 4]);
    expect(codesOf("doctor")).toEqual([0, 1, 2]);
    expect(codesOf("iam-policy")).toEqual([0, 2]);
  });

  test("fits 100 columns, and a narrower window", () => {
    for (const text of [usage(plain), ...commands.map((command) => usageOf(command, plain))]) {
      for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    }
    const narrow = usage({ color: false, terminal: true, width: 60 });
    for (const line of narrow.split("\n")) expect(line.length <= 60 || !line.trim().includes(" ")).toBe(true);
  });

  test.each(commands.map((command) => [command] as const))("%s --help has its own flags only", (command) => {
    const text = usageOf(command, plain);
    for (const [, setting] of settingEntries) {
      if (setting.flag === undefined) continue;
      expect([setting.flag, new RegExp(`^ +(-\\w, )?--${setting.flag}\\b`, "m").test(text)]).toEqual([
        setting.flag,
        appliesTo(setting, command),
      ]);
    }
    expect(text).toContain(`${product.name} ${command}`);
  });

  test("a command's own flags are in one list", () => {
    for (const command of commands) expect(usageOf(command, plain).match(/^Flags$/gm)?.length ?? 1).toBe(1);
  });

  test("a value that may be left out stands in brackets", () => {
    expect(usageOf("status", plain)).toContain("--wait [seconds]");
    expect(usageOf("http", plain)).toContain("--port <number>");
  });

  test("a command's own flags come before those of every command", () => {
    const text = usageOf("http", plain);
    expect(text.indexOf("--port")).toBeLessThan(text.indexOf("--profile"));
  });

  test("goes to stdout with code 0, coloured on a terminal only", async () => {
    const ran = await runCommand(["--help"]);
    expect(ran).toEqual({ code: 0, stdout: usage(plain), stderr: "" });
    const shown = await runCommand(["status", "--help"], { columns: 100 });
    expect(shown.stdout).toContain("\x1b[1mUsage\x1b[0m");
    expect(Bun.stripANSI(shown.stdout)).toBe(usageOf("status", plain));
  });
});

test("--version is the product's name and version", async () => {
  const expected = `${product.name} ${product.version}\n`;
  expect(await runCommand(["--version"])).toEqual({ code: 0, stdout: expected, stderr: "" });
});

test("wrong use goes to stderr, a line each problem, with code 2", async () => {
  const ran = await runCommand(["http", "--prot", "1", "--path", "x"]);
  expect([ran.code, ran.stdout]).toEqual([2, ""]);
  expect(ran.stderr.trim().split("\n")).toHaveLength(2);
});

test("a control character in a wrong word does not reach the terminal", async () => {
  const ran = await runCommand(["--\x1b[2Jjson", "\u202estatus\x9b"]);
  expect(ran.code).toBe(2);
  expect(ran.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
});
