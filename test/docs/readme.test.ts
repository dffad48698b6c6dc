import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import denoManifest from "../../deno.json" with { type: "json" };
import manifest from "../../package.json" with { type: "json" };
import { readConfig } from "../../src/config.ts";
import { awsVariables } from "../../src/settings/aws-variables.ts";
import type { Setting } from "../../src/settings/setting.ts";
import { settings } from "../../src/settings/settings.ts";
import { runCommand } from "../cli/run-command.ts";
import { withMadeParts } from "../scripts/docs.ts";
import { cleanEnv, executables, root } from "../support/runtimes.ts";
import { fieldNotes } from "./made/field-notes.ts";
import { answerFields, catalogue, noteOf } from "./made/tool-reference.ts";
import {
  clone,
  codeBlocks,
  documents,
  here,
  ownCommand,
  pathWithRuntimes,
  proseOnly,
  readme,
  withoutBlocks,
} from "./readme.ts";

interface ServerBlock {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const shellLines = codeBlocks("sh").flatMap(({ text }) => text.trim().split("\n"));
const spans = [...proseOnly.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span ?? "");
const ownSpans = spans.filter((span) => /^bedrock-data-automation-mcp /.test(span) && !span.includes("/"));

describe("what is made from the code", () => {
  test("is as the code has it now; `bun run docs` writes it", async () => {
    expect(await withMadeParts(readme)).toBe(readme);
  });

  test("says something of every field of an answer, and of no other", () => {
    const fields = answerFields();
    expect(fields.filter((field) => noteOf(field) === undefined).map(({ path }) => path)).toEqual([]);
    const known = new Set(fields.flatMap(({ tool, path }) => [path, `${tool}.${path}`]));
    expect(Object.keys(fieldNotes).filter((path) => !known.has(path))).toEqual([]);
  });
});

describe("blocks to copy", () => {
  const parsed = codeBlocks("json").map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  const servers = parsed.flatMap(({ mcpServers, servers: ofVsCode, context_servers: ofZed }) =>
    Object.values((mcpServers ?? ofVsCode ?? ofZed ?? {}) as Record<string, ServerBlock>),
  );

  test("are JSON, and start a server with settings that it takes", () => {
    expect(servers.length).toBeGreaterThanOrEqual(6);
    for (const { command, args, env = {} } of servers) {
      const own = ownCommand([command, ...args].map((word) => `'${word}'`).join(" "));
      expect({ command, reading: own && readConfig(own.argv, env) }).toMatchObject({
        reading: { kind: "run", command: "stdio" },
      });
    }
  });

  test("for today start a server that lists its tools", async () => {
    const today = servers.filter((server) => JSON.stringify(server).includes(clone));
    expect(today.length).toBeGreaterThanOrEqual(4);
    for (const { command, args, env = {} } of today) {
      const transport = new StdioClientTransport({
        command: here(command).replace(/^\/Users\/you\/.*\/deno$/, executables.deno),
        args: args.map(here),
        env: { ...cleanEnv({ PATH: pathWithRuntimes }), ...env },
        stderr: "ignore",
      });
      const client = new Client({ name: "test", version: "1" });
      await client.connect(transport);
      expect((await client.listTools()).tools.length).toBe(catalogue().tools.length);
      await client.close();
    }
  });

  test("command lines for the executable are ones that it takes", () => {
    const own = [...shellLines, ...ownSpans].flatMap((line) => {
      const command = ownCommand(line);
      return command === undefined ? [] : [{ line, ...command }];
    });
    expect(own.length).toBeGreaterThanOrEqual(15);
    for (const { line, argv, env } of own) {
      const { kind } = readConfig(
        argv.filter((word) => word !== "<arn>"),
        env,
      );
      expect([line, kind]).toEqual([line, expect.stringMatching(/^(run|help|version)$/)]);
    }
  });

  test("policies are what the commands below them print", async () => {
    const lines = codeBlocks("sh", "IAM").flatMap(({ text }) => text.trim().split("\n"));
    const printed: string[] = [];
    for (const line of lines) printed.push((await runCommand(ownCommand(line)?.argv ?? [])).stdout);
    expect(printed).toEqual(codeBlocks("json", "IAM").map(({ text }) => text));
    expect(printed.length).toBe(2);
  });

  test("scripts are there, and Deno's tasks are the same ones", () => {
    const named = [...shellLines, ...spans].flatMap((line) => {
      const found = /^(?:npm run|bun run|deno task) ([\w-]+)/.exec(line)?.[1];
      return found === undefined ? [] : [found];
    });
    expect(named.length).toBeGreaterThanOrEqual(7);
    expect(named.filter((name) => !(name in manifest.scripts))).toEqual([]);
    expect(Object.keys(denoManifest.tasks).sort()).toEqual(Object.keys(manifest.scripts).sort());
  });
});

describe("what the text names is there", () => {
  const flags = new Set(Object.values<Setting>(settings).flatMap(({ flag }) => flag ?? []));
  const variables = new Set([
    ...Object.values<Setting>(settings).flatMap(({ variable }) => variable ?? []),
    ...awsVariables.flatMap(({ names }) => names),
  ]);

  test("files and headings that are linked to", () => {
    const links = documents.flatMap(({ file, text }) =>
      [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target = ""]) => target)
        .filter((target) => !/^https?:/.test(target))
        .map((target) => {
          const [path, anchor] = target.split("#");
          return { path: path ? relative(root, resolve(root, dirname(file), path)) : file, anchor };
        }),
    );
    expect(links.length).toBeGreaterThan(20);
    const missing = links.filter(({ path, anchor }) =>
      anchor === undefined
        ? !existsSync(`${root}${path}`)
        : !documents.some(({ file, text }) => file === path && anchorsOf(text).includes(anchor)),
    );
    expect(missing).toEqual([]);
  });

  test("files that hold what is promised", () => {
    const files = spans.filter((span) => /^(src|test)\/\S+\.\w+$/.test(span));
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !existsSync(`${root}${file}`))).toEqual([]);
  });

  test("flags, variables, tools and prompts", () => {
    // The flags of other programs: Deno's, bunx's, openssl's and Claude Code's stand in command lines only.
    const foreign = /^(allow-(env|net|read|write|sys|run)|no-prompt|bun)$/;
    const namedFlags = spans.flatMap((span) => /^--([a-z-]+)/.exec(span)?.[1] ?? []);
    expect(namedFlags.filter((name) => !flags.has(name) && !foreign.test(name))).toEqual([]);
    const namedVariables = spans.flatMap((span) => [...span.matchAll(/\bBDA_MCP_[A-Z_]*[A-Z]\b/g)].flat());
    expect(namedVariables.length).toBeGreaterThan(5);
    expect(namedVariables.filter((name) => !variables.has(name))).toEqual([]);
    const { tools, prompts } = catalogue();
    const names = new Set([...tools, ...prompts].map(({ name }) => name));
    const namedTools = spans.flatMap(
      (span) => /^[a-z]+(?:_[a-z]+)*_data_automation_[a-z]+/.exec(span)?.[0] ?? [],
    );
    expect(namedTools.length).toBeGreaterThan(5);
    expect(namedTools.filter((name) => !names.has(name))).toEqual([]);
  });

  test("messages that the troubleshooting quotes are said by the code", () => {
    const table = readme.slice(readme.indexOf("## Troubleshooting"), readme.indexOf("## Performance"));
    const source = [...new Bun.Glob("src/**/*.ts").scanSync(root)]
      .map((file) => readFileSync(`${root}${file}`, "utf8"))
      .join("\n");
    const quoted = [...table.matchAll(/^\| ([^|]*)\|/gm)]
      .flatMap(([, symptom]) => [...(symptom ?? "").matchAll(/"([^"]+)"/g)])
      .map(([, message]) => message ?? "")
      // What a client says is not ours.
      .filter((message) => message !== "Request timed out");
    expect(quoted.length).toBeGreaterThanOrEqual(6);
    const unsaid = quoted
      .flatMap((message) => message.split("…"))
      .filter((part) => !source.includes(part.trim()));
    expect(unsaid).toEqual([]);
  });

  test("everything at the top of the repository, and nothing else", () => {
    const passing = /^(node_modules|dist|\.git|.*\.tgz)$/;
    const there = readdirSync(root).filter((name) => !passing.test(name));
    const paragraph = /^At the top stand .*$/m.exec(readme)?.[0] ?? "";
    const named = [...paragraph.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "");
    expect([...named, "README.md"].sort()).toEqual(there.sort());
  });
});

function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ""));
}

/** As GitHub makes them. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, "")
    .replaceAll(" ", "-");
}
