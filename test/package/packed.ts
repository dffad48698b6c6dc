import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../scripts/build.ts";

export interface Packed {
  /** What was built, with its types. */
  readonly built: string;
  readonly tarball: string;
  /** Bytes of the packed file. */
  readonly size: number;
}

/** What `npm publish` would send. */
export async function packed(): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), "bda-packed-"));
  const built = join(folder, "built");
  await build(built, { types: true });
  run(["npm", "pack", "--silent", "--pack-destination", folder], built);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  const file = join(folder, tarball);
  return { built, tarball: file, size: statSync(file).size };
}

/** Runs a program in a folder to its end; gives what it printed. @throws with what it said */
export function run([command = "", ...words]: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${words.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}
