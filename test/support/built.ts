import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnyRuntime, executables, root } from "./runtimes.ts";

/** The executable for a runtime: the source, or what is built of it where only that runs. */
export function mainOf(runtime: AnyRuntime): string {
  return runtime === "node" ? `${built()}/main.js` : `${root}src/main.ts`;
}

let folder: string | undefined;
const prefix = "bda-built-";

/**
 * A build of the source as it is now, made once for this process, in a folder from which no package can be reached.
 * @throws Error with the bundler's words
 */
export function built(): string {
  if (folder !== undefined) return folder;
  removeLeftovers();
  const made = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  const words = [`${root}test/scripts/build.ts`, made, "--without-types"];
  const { status, stderr } = spawnSync(executables.bun, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`the build failed: ${stderr}`);
  folder = made;
  return made;
}

/** `bun test` tells nobody that it ends, so whoever builds next tidies up. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN;
    if (!Number.isNaN(pid) && !isRunning(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
