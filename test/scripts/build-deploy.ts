// Bundles the entries for places that call a function with each request.
import { rolldown } from "rolldown";
import { root } from "../support/runtimes.ts";
import { bundling, filesOf, withoutUnused, written } from "./bundling.ts";

/** What the built package lets others import. */
export const deployExports = {
  "./lambda": { types: "./deploy/lambda.d.ts", default: "./deploy/lambda.js" },
  "./workers": { types: "./deploy/workers.d.ts", default: "./deploy/workers.js" },
  "./deno": { types: "./deploy/deno.d.ts", default: "./deploy/deno.js" },
} as const;

/** Those that are bundled with everything else, whose parts they share. */
export const deployEntries = {
  "deploy/lambda": `${root}src/deploy/lambda.ts`,
  "deploy/deno": `${root}src/deploy/deno.ts`,
};

/** One file, as the upload of a Worker wants it. Gives the files that went into it. @throws what cannot be bundled */
export async function buildWorker(outdir: string): Promise<string[]> {
  const made = await rolldown({
    ...bundling,
    input: { "deploy/workers": `${root}src/deploy/workers.ts` },
    resolve: { conditionNames: ["workerd", "worker", "import", "node"] },
    plugins: [withoutUnused],
  });
  const result = await made.write({ ...written, dir: outdir, codeSplitting: false });
  await made.close();
  return filesOf(result);
}
