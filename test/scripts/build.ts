// Bundles the executable and the library for every runtime, Node included, into dist/.
import { rm } from "node:fs/promises";
import { root } from "../support/runtimes.ts";

/** Builds into a folder. @throws when something cannot be bundled */
export async function build(outdir: string): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  await Bun.build({
    entrypoints: [`${root}src/main.ts`, `${root}src/index.ts`],
    root: `${root}src`,
    outdir,
    target: "node",
    format: "esm",
    splitting: true,
    minify: { whitespace: true, syntax: true },
  });
}

if (import.meta.main) {
  await build(`${root}dist`);
  console.log("built dist/main.js and dist/index.js");
}
