import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { getMcpConfigForManifest, unpackExtension, validateManifest } from "@anthropic-ai/mcpb";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { z } from "zod";
import manifest from "../../package.json" with { type: "json" };
import { product } from "../../src/product.ts";
import { settings } from "../../src/settings/settings.ts";
import { executableName, makeExecutable } from "../scripts/executable.ts";
import { mcpbManifest, packMcpb } from "../scripts/mcpb.ts";
import { packagedText } from "../scripts/packaged-documents.ts";
import { serverJson } from "../scripts/server-json.ts";
import { node22 } from "../support/peers.ts";
import { cleanEnv, commandOf, executables, finished, root } from "../support/runtimes.ts";
import { testKeys } from "../support/server-process.ts";
import { type Packed, packed, run } from "./packed.ts";

setDefaultTimeout(120_000);

let made: Packed;
let folder: string;
beforeAll(async () => {
  made = await packed();
  folder = mkdtempSync(join(tmpdir(), "bda-installed-"));
  writeFileSync(join(folder, "package.json"), "{}");
  run(["npm", "install", "--no-audit", "--no-fund", "--silent", "--offline", made.tarball], folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(dirname(made.tarball), { recursive: true });
});

/** The names of the tools that a command's server lists. */
async function toolsOf(
  command: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = testKeys,
) {
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: cleanEnv(env),
    stderr: "ignore",
  });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  const { tools } = await client.listTools();
  await client.close();
  return tools.map(({ name }) => name);
}

describe("the packed file", () => {
  test("is at most 1 MB, one package that brings no other, with its licence, its README and others' licences", () => {
    expect(made.size).toBeLessThanOrEqual(1_000_000);
    const there = join(folder, "node_modules", manifest.name);
    expect(readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      manifest.name,
    ]);
    expect(readdirSync(there)).toEqual(
      expect.arrayContaining(["LICENSE", "README.md", "THIRD-PARTY-LICENSES", "index.d.ts", "main.js"]),
    );
    const licences = readFileSync(join(there, "THIRD-PARTY-LICENSES"), "utf8");
    for (const name of ["zod", "hono", "@modelcontextprotocol/sdk", "@aws-sdk/credential-providers"]) {
      expect(licences).toContain(`${name} `);
    }
  });

  test("has documents that know it to be on npm, and link only to what is there", () => {
    const there = join(folder, "node_modules", manifest.name);
    for (const file of ["README.md", "deploy/README.md"]) {
      const text = readFileSync(join(there, file), "utf8");
      expect(text).not.toContain("not on npm yet");
      const links = [...text.matchAll(/\]\((?!#|https:)([^)#\s]+)/g)].map(([, link = ""]) => link);
      expect(links.length).toBeGreaterThan(0);
      expect(links.filter((link) => !existsSync(join(there, dirname(file), link)))).toEqual([]);
    }
  });

  test("links, where it is released from a repository, to the files there", () => {
    const links = (file: string, text: string) => packagedText(file, text, "https://example.com/it");
    expect(links("README.md", "[a](src/a.ts), [b](src/deploy/README.md#b), [c](LICENSE), [d](#test)")).toBe(
      "[a](https://example.com/it/blob/HEAD/src/a.ts), [b](deploy/README.md#b), [c](LICENSE), [d](#test)",
    );
    expect(links("src/deploy/README.md", "[a](nginx.conf), [b](../../README.md#b)")).toBe(
      "[a](https://example.com/it/blob/HEAD/src/deploy/nginx.conf), [b](../README.md#b)",
    );
  });

  test("is found good by publint and by attw", () => {
    const bin = `${root}node_modules/.bin`;
    expect(run([`${bin}/publint`, "run", made.tarball, "--strict"], folder)).toContain("All good!");
    // Ends with another code than 0 where it finds fault; what only CommonJS or Node 10 would miss is none.
    run([`${bin}/attw`, made.tarball, "--profile", "esm-only", "--no-color"], folder);
  });

  test.each([
    ["Node 20", () => commandOf("node", installed("main.js"))],
    ["Node 22", () => [node22(), installed("main.js")]],
    ["Bun", () => commandOf("bun", installed("main.js"))],
    ["Deno", () => commandOf("deno", installed("main.js"))],
  ])("installed into an empty folder serves on %s", async (_name, command) => {
    const [program = "", ...words] = command();
    expect(await toolsOf(program, words)).toContain("get_data_automation_status");
  });

  test("is started by its name", () => {
    const bin = join(folder, "node_modules/.bin", manifest.name);
    expect(run([bin, "--version"], folder)).toBe(`${product.name} ${product.version}\n`);
  });

  test("has types that need nothing else installed", async () => {
    writeFileSync(
      join(folder, "program.ts"),
      `import { compose, createHttpApp, readInvocationArn, legacyEra, silentLog, systemClock } from "${manifest.name}";
       const parts = { env: {}, clock: systemClock, random: Math.random, fetch: (input: string | URL, init?: RequestInit) => fetch(input, init), log: silentLog };
       const { catalogue } = compose({ attemptTimeout: 10, callTimeout: 30, maxCallsPerSecond: 10 }, parts);
       const names: string[] = catalogue.tools.map(({ name }) => name);
       const era = legacyEra({ ...parts, catalogue });
       const reading = readInvocationArn("x");
       if (reading.ok) { const region: string = reading.arn.region; console.log(region, names, era, createHttpApp); }
       // @ts-expect-error: it takes a text
       readInvocationArn(5);`,
    );
    const options = { strict: true, noEmit: true, target: "es2023", types: [], skipLibCheck: false };
    for (const [module, moduleResolution] of [
      ["nodenext", "nodenext"],
      ["preserve", "bundler"],
    ]) {
      const compilerOptions = {
        ...options,
        module,
        moduleResolution,
        lib: ["es2024", "dom", "dom.iterable"],
      };
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions, files: ["program.ts"] }),
      );
      const tsc = Bun.spawn([executables.bun, `${root}node_modules/.bin/tsc`, "-p", folder], {
        stdout: "pipe",
        stderr: "pipe",
      });
      expect(await finished(tsc)).toEqual({ code: 0, stdout: "", stderr: "" });
    }
  });
});

function installed(file: string): string {
  return join(folder, "node_modules", manifest.name, file);
}

describe("the bundle for Claude Desktop", () => {
  test("is one, by its maker's own check, and serves as its user has set it", async () => {
    const file = join(dirname(made.tarball), "bundle.mcpb");
    await packMcpb(made.built, file);
    const at = join(dirname(made.tarball), "unpacked here");
    expect(await unpackExtension({ mcpbPath: file, outputDir: at, silent: true })).toBe(true);
    expect(validateManifest(join(at, "manifest.json"))).toBe(true);
    // The size that mcpb's own check recommends.
    const icon = readFileSync(join(at, mcpbManifest().icon));
    expect([icon.toString("latin1", 1, 4), icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([
      "PNG",
      512,
      512,
    ]);

    const start = async (userConfig: Readonly<Record<string, string | boolean>>) => {
      const config = await getMcpConfigForManifest({
        manifest: mcpbManifest() as Parameters<typeof getMcpConfigForManifest>[0]["manifest"],
        extensionPath: at,
        systemDirs: {},
        userConfig,
        pathSeparator: "/",
      });
      if (config === undefined) throw new Error("there is no configuration");
      return {
        env: config.env,
        tools: await toolsOf(config.command, config.args, { ...testKeys, ...config.env }),
      };
    };
    expect((await start({})).tools).toContain("read_data_automation_results");
    const loosely = await start({
      profile: "",
      allowed_regions: " eu-west-1 , eu-central-1 ",
      results: true,
    });
    expect(loosely.tools).toContain("read_data_automation_results");
    const { env, tools } = await start({
      profile: "dev",
      allowed_regions: "eu-west-1,eu-central-1",
      results: false,
    });
    expect(env).toEqual({
      [settings.profile.variable]: "dev",
      [settings.allowedRegions.variable]: "eu-west-1,eu-central-1",
      [settings.results.variable]: "false",
    });
    expect(tools).not.toContain("read_data_automation_results");
  });
});

/**
 * The parts of the registry's schema of 2025-12-11 that we use, written down from
 * https://github.com/modelcontextprotocol/registry/blob/main/docs/reference/server-json/draft/server.schema.json and
 * docs/reference/server-json/official-registry-requirements.md beside it.
 */
const version = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
const described = {
  version,
  transport: z.strictObject({ type: z.literal("stdio") }),
};
const registryForm = z.strictObject({
  $schema: z.literal("https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version,
  repository: z.strictObject({ url: z.url(), source: z.string() }).optional(),
  packages: z.array(
    z.discriminatedUnion("registryType", [
      z.strictObject({
        ...described,
        registryType: z.literal("npm"),
        registryBaseUrl: z.literal("https://registry.npmjs.org"),
        identifier: z.string(),
        runtimeHint: z.string(),
        environmentVariables: z.array(
          z.strictObject({
            name: z.string(),
            description: z.string().optional(),
            default: z.string().optional(),
          }),
        ),
      }),
      z.strictObject({
        ...described,
        registryType: z.literal("mcpb"),
        identifier: z.string().regex(/^https:\/\/github\.com\/.*mcp.*\.mcpb$/),
        fileSha256: z.string().regex(/^[a-f0-9]{64}$/),
      }),
    ]),
  ),
});

describe("what MCP's registry is told", () => {
  test("is of its form, and the package names itself as the registry wants it", () => {
    const url =
      "https://github.com/owner/repository/releases/download/v1.0.0/bedrock-data-automation-mcp.mcpb";
    for (const bundle of [undefined, { url, sha256: "0".repeat(64) }]) {
      const told = serverJson(bundle);
      expect(registryForm.safeParse(told).error?.issues).toBeUndefined();
      const { mcpName, name } = JSON.parse(readFileSync(join(made.built, "package.json"), "utf8"));
      expect([told.name, told.packages[0]?.identifier]).toEqual([mcpName, name]);
    }
  });
});

describe("the single executable", () => {
  test("needs no runtime: it says its version, and serves", async () => {
    const file = join(dirname(made.tarball), executableName());
    await makeExecutable(made.built, file);
    expect(run([file, "--version"], folder)).toBe(`${product.name} ${product.version}\n`);
    expect(await toolsOf(file)).toContain("get_data_automation_status");
    expect(await toolsOf(file, ["--simulate"])).toContain("get_data_automation_status");
  });
});

// deno.json says where types of `@modelcontextprotocol/sdk` are: the `types` of its wildcard export make of `x.js`
// `x.js.d.ts`, which there is not; TypeScript then goes on to the file beside `x.js`, Deno (2.9) does not.
describe("what goes to JSR", () => {
  /** What a command of Deno's has said, which has to end well. */
  async function deno(...words: readonly string[]): Promise<string> {
    const [program = ""] = commandOf("deno", "");
    const child = Bun.spawn([program, ...words], {
      cwd: root,
      env: cleanEnv(),
      stdout: "pipe",
      stderr: "pipe",
    });
    const { code, stderr } = await finished(child);
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    return stderr;
  }

  test("passes Deno's own check: its types hold, and none is slow", async () => {
    const said = await deno("publish", "--dry-run", "--allow-dirty");
    expect(said).toMatch(/^Check .*src\/index\.ts$/m);
    expect(said).not.toMatch(/test\/|node_modules\//);
    const jsr = JSON.parse(readFileSync(`${root}deno.json`, "utf8"));
    expect(jsr).toMatchObject({ version: manifest.version, license: manifest.license });
  });

  test("has types that hold on Deno in every file, those for Deno Deploy, Lambda and Workers too", async () => {
    await deno("check", "src");
  });
});
