// Makes dist/, which is what is published: the executable and the library, bundled for every runtime, the library's
// types, and a package.json that names no dependency, for there is none.
import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Plugin, rolldown } from "rolldown";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../support/runtimes.ts";
import { buildWorker, deployEntries, deployExports } from "./build-deploy.ts";
import { bundleTypes } from "./build-types.ts";
import { bundling, filesOf, withoutUnused, written } from "./bundling.ts";
import { writeDocuments } from "./packaged-documents.ts";
import { record } from "./record.ts";
import { registryName, repository } from "./server-json.ts";
import { writeThirdPartyLicenses } from "./third-party.ts";

const main = resolve(root, "src/main.ts");

/** What stands in the built folder's package.json. */
function builtManifest() {
  const { name, version, description, license, keywords, type, engines } = manifest;
  return {
    name,
    version,
    description,
    license,
    keywords,
    mcpName: registryName,
    ...(repository === undefined ? {} : { repository: { type: "git", url: `git+${repository}.git` } }),
    type,
    bin: { [name]: "main.js" },
    exports: {
      ".": { types: "./index.d.ts", default: "./index.js" },
      ...deployExports,
      "./package.json": "./package.json",
    },
    files: ["*.js", "*.d.ts", "deploy", "THIRD-PARTY-LICENSES"],
    engines,
    sideEffects: false,
  };
}

/** Builds into a folder of its own; making the types takes most of the time. @throws when something cannot be bundled */
export async function build(outdir: string, { types }: { readonly types: boolean }): Promise<void> {
  await mkdir(outdir, { recursive: true });
  for (const name of await readdir(outdir)) await rm(join(outdir, name), { recursive: true });
  const bundled = [...(await bundle(outdir)), ...(await buildWorker(outdir))];
  await Promise.all([
    types ? bundleTypes(outdir) : undefined,
    writeThirdPartyLicenses(outdir, bundled),
    writeFile(`${outdir}/package.json`, `${JSON.stringify(builtManifest(), undefined, 2)}\n`),
    writeDocuments(outdir),
  ]);
}

/** Gives the files that went into it. */
async function bundle(outdir: string): Promise<string[]> {
  const atStart = await loadedAtStart(main);
  const bundle = await rolldown({
    ...bundling,
    input: { main, index: `${root}src/index.ts`, ...deployEntries },
    plugins: [startedByNode, await withRecorded(), withoutUnused],
  });
  const output = await bundle.write({
    ...written,
    dir: outdir,
    codeSplitting: { groups: [{ name: "start", test: (id: string) => atStart.has(id) }] },
  });
  await bundle.close();
  await chmod(join(outdir, "main.js"), 0o755);
  return filesOf(output);
}

/** Node starts what is published. */
const startedByNode: Plugin = {
  name: "started by Node",
  transform: {
    filter: { id: main },
    handler: (source) => source.replace(/^#!.*/, "#!/usr/bin/env node"),
  },
};

/** What a server answers where nothing is set is put into it, each answer once, however many revisions share it. */
async function withRecorded(): Promise<Plugin> {
  const file = resolve(root, "src/cli/recorded.ts");
  const { config, answers } = await record();
  const texts = [
    ...new Set(Object.values(answers).flatMap((of) => Object.values(of).map((one) => JSON.stringify(one)))),
  ];
  const tables = Object.entries(answers).map(([revision, of]) => {
    const fields = Object.entries(of).map(
      ([method, one]) => [method, texts.indexOf(JSON.stringify(one))] as const,
    );
    return `${JSON.stringify(revision)}:{${fields.map(([method, at]) => `${JSON.stringify(method)}:all[${at}]`)}}`;
  });
  const source = `const all = [${texts}];
    export const recorded = { config: ${JSON.stringify(config)}, answers: {${tables}} };`;
  return { name: "with what was recorded", load: { filter: { id: file }, handler: () => source } };
}

/** The files of ours that are loaded at every start, which are better one file than many. */
async function loadedAtStart(entry: string): Promise<Set<string>> {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const found = new Set<string>();
  const look = async (file: string) => {
    const source = (await Bun.file(file).text()).replace(/^#!.*/, "");
    const own = transpiler
      .scanImports(source)
      .filter(({ kind, path }) => kind === "import-statement" && path.startsWith("."));
    for (const { path } of own) {
      const next = resolve(dirname(file), path);
      if (!next.endsWith(".ts") || found.has(next)) continue;
      found.add(next);
      await look(next);
    }
  };
  await look(entry);
  return found;
}

if (import.meta.main) {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { "without-types": { type: "boolean", default: false } },
  });
  const outdir = resolve(positionals[0] ?? `${root}dist`);
  await build(outdir, { types: !values["without-types"] });
  console.log(`built ${outdir}`);
}
