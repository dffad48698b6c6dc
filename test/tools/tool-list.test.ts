import { describe, expect, test } from "bun:test";
import { inflateSync } from "node:zlib";
import { SUPPORTED_PROTOCOL_VERSIONS, ToolSchema } from "@modelcontextprotocol/sdk/types.js";
import { countTokens } from "gpt-tokenizer";
import { z } from "zod";
import type { ToolDescription } from "../../src/protocol/describe-tools.ts";
import { implementation } from "../../src/protocol/implementation.ts";
import { serverName } from "../docs/made/hosts.ts";
import { headersOf, post, request } from "../eras/raw.ts";
import { record } from "../scripts/record.ts";
import { overHttp } from "../support/server-process.ts";

const { answers } = await record();
const list = z.looseObject({ tools: z.array(z.custom<ToolDescription>()) });
const toolsIn = (result: unknown) => list.parse(result).tools;
const newest = toolsIn(answers["2025-11-25"]?.["tools/list"]);
const knowsIcons = (revision: string) => revision >= "2025-11-25";

/** The answer as it goes over the wire, in tokens. */
function tokensOf(result: object): number {
  return countTokens(JSON.stringify({ jsonrpc: "2.0", id: 1, result }));
}

describe.each(SUPPORTED_PROTOCOL_VERSIONS)("the tools/list answer to a client of revision %s", (revision) => {
  const result = answers[revision]?.["tools/list"] ?? {};

  test("has all four tools in less than 1,000 tokens, and in at most 1,500 with their icons", () => {
    const tools = toolsIn(result);
    expect(tools.length).toBe(4);
    expect(tokensOf({ tools: tools.map(({ icons: _, ...tool }) => tool) })).toBeLessThan(1000);
    expect(tokensOf(result)).toBeLessThanOrEqual(1500);
  });

  test("has icons where the revision does", () => {
    expect(toolsIn(result).map(({ icons }) => icons !== undefined)).toEqual(
      Array(4).fill(knowsIcons(revision)),
    );
  });
});

test("over HTTP each request says of which revision it is; one that does not is of an older one", async () => {
  await using server = await overHttp("bun", ["--simulate"]);
  const asked = request(1, "tools/list");
  const { "mcp-protocol-version": modern = "", ...headers } = headersOf(asked);
  const older = async (named: object) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    const answer = await fetch(server.url, { method: "POST", headers: { ...headers, ...named }, body });
    return (await answer.json()).result;
  };
  const named = (revision: string) => older({ "mcp-protocol-version": revision });
  for (const revision of ["2025-06-18", "2025-11-25"])
    expect(await named(revision)).toEqual(answers[revision]?.["tools/list"]);
  expect(await older({})).toEqual(answers["2025-03-26"]?.["tools/list"]);

  const { result } = await (await post(server.url, asked)).json();
  expect(knowsIcons(modern)).toBe(true);
  const tools = toolsIn(result);
  expect(tools.map(({ icons }) => icons)).toEqual(newest.map(({ icons }) => icons));
  expect(tokensOf({ tools: tools.map(({ icons: _, ...tool }) => tool) })).toBeLessThan(1000);
  expect(tokensOf(result)).toBeLessThanOrEqual(1500);
  // Every answer of that revision names the server; its picture is shown once, in the answer to `server/discover`.
  const key = "io.modelcontextprotocol/serverInfo";
  expect(result._meta[key].icons).toBeUndefined();
  const discovered = await (await post(server.url, request(2, "server/discover"))).json();
  expect(discovered.result._meta[key]).toEqual(implementation);
});

describe("what models' makers take of a tool", () => {
  const schemas = newest.flatMap(({ inputSchema, outputSchema }) => [inputSchema, outputSchema ?? []].flat());

  // Amazon Bedrock, API_runtime_ToolSpecification: [a-zA-Z0-9_-]+, 64 at most; Anthropic and OpenAI the same. Some
  // hosts put the server's name before it: Claude Code as mcp__server__tool.
  test.each(newest)("$name is a name that all of them take", ({ name, description, inputSchema }) => {
    expect(`mcp__${serverName}__${name}`).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(description.length).toBeLessThan(1024);
    for (const argument of Object.keys(Object(inputSchema.properties)))
      expect(argument).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/);
  });

  /**
   * The keywords that stand in every subset: OpenAI's, Anthropic's and Bedrock's strict modes, and Gemini's Schema,
   * which also wants an object's properties and a list's items told. Bounds, patterns and lengths are refused by
   * Anthropic's, and a client that checks them itself keeps a miss from the server, which could say what is wrong.
   */
  const common: z.ZodType = z.lazy(() => {
    const description = z.string().optional();
    return z.union([
      z.strictObject({
        type: z.literal("object"),
        properties: z.record(z.string(), common).refine((all) => Object.keys(all).length > 0),
        required: z.array(z.string()).optional(),
        description,
      }),
      z.strictObject({ type: z.literal("array"), items: common, description }),
      z.strictObject({
        type: z.enum(["string", "number", "integer", "boolean"]),
        enum: z.array(z.string()).optional(),
        default: z.union([z.string(), z.number()]).optional(),
        description,
      }),
    ]);
  });

  test("the schemas use no other keyword", () => {
    expect(schemas.length).toBeGreaterThan(newest.length);
    for (const schema of schemas) expect(common.safeParse(schema).error).toBeUndefined();
    for (const tool of newest) expect(ToolSchema.safeParse(tool).error).toBeUndefined();
  });
});

const drawings: Readonly<Record<string, string>> = {
  get_data_automation_status: `
................
................
....####........
...######.......
..##....##......
.##......##.....
.##......##.....
.##......##.....
.##......##.....
..##....##......
...######.......
....#######.....
.........###....
..........###...
...........##...
................`,
  wait_for_data_automation_job: `
................
..############..
..############..
...##......##...
...##......##...
...##########...
....########....
.....######.....
.......##.......
.....##..##.....
....##....##....
...##..##..##...
...##.####.##...
..############..
..############..
................`,
  check_data_automation_jobs: `
................
................
..###.########..
..###.########..
..###.########..
................
................
..###.########..
..###.########..
..###.########..
................
................
..###.########..
..###.########..
..###.########..
................`,
  read_data_automation_results: `
................
................
...#######......
...########.....
...##....###....
...##.....##....
...##.###.##....
...##.....##....
...##.###.##....
...##.....##....
...##.###.##....
...##.....##....
...#########....
...#########....
................
................`,
};

/** The rows of a PNG of 16 by 16 in two colours, as in the drawings. */
function rowsOf(file: Buffer): string[] {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    chunks.set(file.toString("latin1", at + 4, at + 8), file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  // Width, height, one bit each, from a palette, no interlacing.
  expect([...(chunks.get("IHDR") ?? [])]).toEqual([0, 0, 0, 16, 0, 0, 0, 16, 1, 3, 0, 0, 0]);
  expect([...chunks.keys()]).toEqual(["IHDR", "PLTE", "IDAT", "IEND"]);
  const bytes = inflateSync(chunks.get("IDAT") ?? Buffer.of());
  const filter = (row: number) => bytes[row * 3];
  const before = [0, 0];
  return Array.from({ length: 16 }, (_, row) => {
    const line = [1, 2].map((column) => {
      const byte = bytes[row * 3 + column] ?? 0;
      const added = filter(row) === 2 ? (before[column - 1] ?? 0) : 0;
      before[column - 1] = (byte + added) & 255;
      return before[column - 1] ?? 0;
    });
    expect([0, 2]).toContain(filter(row) ?? -1);
    return line.map((byte) => byte.toString(2).padStart(8, "0")).join("");
  }).map((bits) => bits.replaceAll("0", ".").replaceAll("1", "#"));
}

test.each(newest)(
  "$name has a picture of its own that every client with icons can show",
  ({ icons, name }) => {
    const [icon] = icons ?? [];
    expect(icon).toMatchObject({ mimeType: "image/png", sizes: ["16x16"] });
    const [kind, base64 = ""] = icon?.src.split(",") ?? [];
    expect(kind).toBe("data:image/png;base64");
    expect(rowsOf(Buffer.from(base64, "base64")).join("\n")).toBe(drawings[name]?.trim() ?? "");
  },
);
