import { expect } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, runScript } from "../support/runtimes.ts";

export interface Check {
  readonly id: string;
  readonly status: "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO";
  readonly errorMessage?: string;
}

/** What the suite wrote down of each scenario, by name. */
export type Checks = ReadonlyMap<string, readonly Check[]>;

/** Whatever a scenario is about, each answer is held against the schema: that alone says nothing of the scenario. */
const ofEveryAnswer = "wire-schema-valid";

/** Runs all scenarios of a package's suite against a server, in one process. Without a revision, extensions too. */
export async function runSuite(suite: string, url: string, revision?: string): Promise<Checks> {
  const folder = mkdtempSync(join(tmpdir(), "bda-conformance-"));
  try {
    await runScript("bun", `${root}node_modules/${suite}/dist/index.js`, [
      "server",
      ...["--url", url, "--suite", "all", "--output-dir", folder],
      ...(revision === undefined ? [] : ["--spec-version", revision]),
    ]);
    return new Map(
      readdirSync(folder).map((name) => [
        name.replace(/^server-(.*)-\d{4}-\d\d-\d\dT.*$/, "$1"),
        JSON.parse(readFileSync(join(folder, name, "checks.json"), "utf8")) as Check[],
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function passed(checks: readonly Check[] | undefined): boolean {
  return (
    checks?.some(({ id, status }) => id !== ofEveryAnswer && status === "SUCCESS") === true &&
    failuresOf(checks).length === 0
  );
}

export function failuresOf(checks: readonly Check[] | undefined): readonly Check[] {
  return checks?.filter(({ status }) => status === "FAILURE" || status === "WARNING") ?? [];
}

export function expectPassed(checks: readonly Check[] | undefined): void {
  expect(failuresOf(checks)).toEqual([]);
  expect(passed(checks)).toBe(true);
}
