// Bundles the executable and the library for every runtime, Node included, into dist/, which needs nothing beside it.
import { readFile, rm } from "node:fs/promises";
import type { BunPlugin } from "bun";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../support/runtimes.ts";
import { buildDeploy, deployExports } from "./build-deploy.ts";

/** Node starts what is published; Bun would take the shebang of the source for a wish to bundle for Bun alone. */
const startedByNode: BunPlugin = {
  name: "started by Node",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]src[/\\]main\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      return { loader: "ts", contents: source.replace(/^#!.*/, "#!/usr/bin/env node") };
    });
  },
};

/**
 * MCP's second SDK brings a JSON Schema compiler, which a server uses only that asks its client for something: this one
 * hands in none of its own instead. `process` is the other half of the file that the compiler comes by.
 */
const withoutSchemaCompiler: BunPlugin = {
  name: "without a JSON Schema compiler",
  setup({ onLoad, onResolve }) {
    const name = "schema-compiler";
    onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, ({ path }) => ({
      path,
      namespace: name,
    }));
    onLoad({ filter: /.*/, namespace: name }, () => ({
      loader: "js",
      contents:
        'export { default as process } from "node:process"; export class DefaultJsonSchemaValidator { getValidator() { throw new Error("no JSON Schema compiler is bundled"); } }',
    }));
  },
};

/** What stands in the built folder's package.json. It names no dependency, for there is none. */
export function builtManifest() {
  const { name, version, description, license, keywords, type, engines } = manifest;
  return {
    name,
    version,
    description,
    license,
    keywords,
    type,
    bin: { [name]: "main.js" },
    exports: { ".": "./index.js", ...deployExports, "./package.json": "./package.json" },
    engines,
  };
}

/** Builds into a folder of its own. @throws when something cannot be bundled */
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
    plugins: [startedByNode, withoutSchemaCompiler],
    // Under Node 20 AWS's packages would say on stderr that later versions of theirs need 22; these do not.
    define: { "process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": '"true"' },
  });
  await buildDeploy(`${outdir}/deploy`);
  await Bun.write(`${outdir}/package.json`, `${JSON.stringify(builtManifest(), undefined, 2)}\n`);
}

if (import.meta.main) {
  const outdir = process.argv[2] ?? `${root}dist`;
  await build(outdir);
  console.log(`built ${outdir}/main.js and index.js`);
}
