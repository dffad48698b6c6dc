// Bundles the entries for places that call a function with each request. Each of them needs nothing beside its folder.
import { root } from "../support/runtimes.ts";

const common = {
  root: `${root}src/deploy`,
  format: "esm",
  minify: { whitespace: true, syntax: true },
} as const;

/** What the built package lets others import. */
export const deployExports = {
  "./lambda": "./deploy/lambda.js",
  "./workers": "./deploy/workers.js",
  "./deno": "./deploy/deno.js",
} as const;

/** @throws when something cannot be bundled */
export async function buildDeploy(outdir: string): Promise<void> {
  await Promise.all([
    Bun.build({
      ...common,
      entrypoints: [`${root}src/deploy/lambda.ts`, `${root}src/deploy/deno.ts`],
      outdir,
      target: "node",
      splitting: true,
      // Under Node 20 AWS's packages would say on stderr that later versions of theirs need 22; these do not.
      define: { "process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": '"true"' },
    }),
    // One file, as the upload of a Worker wants it.
    Bun.build({
      ...common,
      entrypoints: [`${root}src/deploy/workers.ts`],
      outdir,
      target: "node",
      conditions: ["workerd", "worker"],
    }),
  ]);
  await Bun.write(`${outdir}/package.json`, `${JSON.stringify({ type: "module" })}\n`);
}
