import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tsconfig from "../../tsconfig.json" with { type: "json" };
import { cleanEnv, executables, finished, root } from "../support/runtimes.ts";
import { overHttp } from "../support/server-process.ts";
import { type CodeBlock, codeBlocks, here, pathWithRuntimes } from "./readme.ts";

/**
 * The programs of the README and of src/deploy/README.md, run on Bun as they stand there, but for the clone's folder, and over HTTP the server's port.
 * The servers are real and answer from the simulator.
 */
const frameworks = ["Vercel AI SDK", "LangChain.js", "OpenAI Agents"];
const urlInReadme = "http://127.0.0.1:3000/mcp";

async function runProgram(text: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = Bun.spawn([executables.bun, "run", "-"], {
    cwd: root,
    env: cleanEnv({ PATH: pathWithRuntimes, OPENAI_AGENTS_DISABLE_TRACING: "1" }),
    stdin: new TextEncoder().encode(text),
    stdout: "pipe",
    stderr: "pipe",
  });
  return finished(child);
}

function onlyBlock(heading: string): CodeBlock {
  const [block, second] = codeBlocks("ts", heading);
  if (block === undefined || second !== undefined)
    throw new Error(`one program was expected under ${heading}`);
  return block;
}

/** The program with the line after "over HTTP" in place of the one above it. */
function overHttpInstead(text: string): string {
  const changed = text.replace(/^.*\n(\s*)\/\/ over HTTP: (.*)$/m, "$1$2");
  if (changed === text) throw new Error("the program does not say how it is over HTTP");
  return changed;
}

describe("the README's programs", () => {
  test("are these", () => {
    const headings = codeBlocks("ts").map(({ heading }) => heading);
    expect(headings).toEqual([...frameworks, "In an app of your own"]);
  });

  test("have no type errors", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bda-readme-"));
    symlinkSync(`${root}node_modules`, join(folder, "node_modules"));
    const paths = { "bedrock-data-automation-mcp": [`${root}src/index.ts`] };
    const compilerOptions = { ...tsconfig.compilerOptions, paths, noUnusedLocals: false };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    for (const [index, { text }] of codeBlocks("ts").entries()) {
      writeFileSync(join(folder, `program-${index}.ts`), text);
    }
    const tsc = Bun.spawn([executables.bun, `${root}node_modules/.bin/tsc`, "-p", folder], {
      stdout: "pipe",
    });
    const wrong = await new Response(tsc.stdout).text();
    rmSync(folder, { recursive: true });
    expect(wrong).toBe("");
  }, 60_000);

  test.each(frameworks)("%s, over stdio", async (heading) => {
    const { code, stdout, stderr } = await runProgram(here(onlyBlock(heading).text));
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("The job succeeded in 13 s.");
  });

  test("all of them, over HTTP", async () => {
    await using server = await overHttp("bun", ["--simulate"]);
    for (const heading of frameworks) {
      const text = overHttpInstead(onlyBlock(heading).text);
      expect(text).toContain(urlInReadme);
      expect(text).not.toContain("src/main.ts");
      const { code, stdout, stderr } = await runProgram(text.replace(urlInReadme, server.url.href));
      expect({ heading, code, stderr: code === 0 ? "" : stderr }).toEqual({ heading, code: 0, stderr: "" });
      expect(stdout).toContain("The job succeeded in 13 s.");
    }
  });

  test("the server in an app of one's own", async () => {
    const { text } = onlyBlock("In an app of your own");
    const program = `${text.replace("export default ", "const app = ")}
      const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: app.fetch });
      const answer = await fetch(new URL("/jobs/mcp", server.url), {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
      });
      console.log(await answer.text());
      process.exit(0);`;
    const { stdout, stderr } = await runProgram(program);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout).result.tools[0].name).toBe("get_data_automation_status");
  });

  test("the request that is shown for curl", async () => {
    const [line = ""] = codeBlocks("sh", "HTTP server").flatMap(
      ({ text }) => text.match(/^curl .*$/gm) ?? [],
    );
    const headers = [...line.matchAll(/-H "([^:]+): ([^"]+)"/g)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]);
    const body = /-d '([^']+)'/.exec(line)?.[1] ?? "";
    expect(line).toContain(urlInReadme);
    await using server = await overHttp("bun", ["--simulate"]);
    const answer = await fetch(server.url, { method: "POST", headers: Object.fromEntries(headers), body });
    expect(await answer.json()).toMatchObject({ result: { tools: expect.any(Array) } });
  });
});
