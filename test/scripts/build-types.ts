// The library's types as one file that needs nothing installed: those of other packages that it names are in it.
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Plugin, rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import { root } from "../support/runtimes.ts";

const entries = ["index.ts", "deploy/lambda.ts", "deploy/workers.ts", "deploy/deno.ts"];

/** Writes the types of what can be imported into a folder. @throws with the compiler's or the bundler's words */
export async function bundleTypes(outdir: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bda-types-"));
  try {
    // What a file of types imports is looked for from where it stands.
    await symlink(`${root}node_modules`, join(folder, "node_modules"), "junction");
    await emit(folder);
    const bundling = await rolldown({
      input: Object.fromEntries(
        entries.map((name) => [name.replace(".ts", ".d"), join(folder, "src", name.replace(".ts", ".d.ts"))]),
      ),
      platform: "node",
      external: [/^node:/],
      checks: { bundlerTimings: false },
      plugins: [ofPackages, dts({ dtsInput: true, resolver: "oxc" })],
    });
    const { output } = await bundling.write({
      dir: outdir,
      format: "esm",
      entryFileNames: "[name].ts",
      chunkFileNames: "[name].d.ts",
    });
    await bundling.close();
    // zod says how its types vary, and has the compiler pass over it by comments that have lost their lines.
    for (const file of output) {
      if (file.type !== "chunk") continue;
      const vary = /\/\*\* @ts-ignore Cast variance \*\/\s*out /g;
      await writeFile(join(outdir, file.fileName), file.code.replace(vary, ""));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function emit(folder: string): Promise<void> {
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: root,
    outDir: folder,
    typeRoots: [`${root}node_modules/@types`],
  };
  const files = entries.map((name) => `${root}src/${name}`);
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: `${root}tsconfig.json`, compilerOptions, files, include: [] }),
  );
  const tsc = Bun.spawn([process.execPath, `${root}node_modules/typescript/bin/tsc`, "-p", folder], {
    stdout: "pipe",
  });
  const words = await new Response(tsc.stdout).text();
  if ((await tsc.exited) !== 0) throw new Error(`The types cannot be made: ${words}`);
}

/** Files of types stand beside the scripts they are of, which is where a bundler would look first. */
const ofPackages: Plugin = {
  name: "types of packages",
  resolveId: {
    order: "pre",
    async handler(id, importer, options) {
      if (!/^[@a-z]/.test(id) || id.startsWith("node:")) return null;
      const found = await this.resolve(id, importer, { ...options, skipSelf: true });
      const script = found === null || found.external ? Bun.resolveSync(id, root) : found.id;
      return script.replace(/(?<!\.d)\.([cm]?)[jt]s$/, ".d.$1ts");
    },
  },
};
