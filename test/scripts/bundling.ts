// What every bundle has in common.
import type { InputOptions, OutputOptions, Plugin, RolldownOutput } from "rolldown";
import { root } from "../support/runtimes.ts";

export const bundling = {
  cwd: root,
  platform: "node",
  // Under Node 20 AWS's packages would say on stderr that later versions of theirs need 22; these do not.
  transform: { define: { "process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": '"true"' } },
  onLog(level, log, handle) {
    if (level === "warn") throw new Error(log.message);
    handle(level, log);
  },
} as const satisfies InputOptions;

export const written = {
  format: "esm",
  // AWS's packages tell classes apart by their names.
  minify: { compress: true, mangle: false, codegen: true },
  chunkFileNames: "[name]-[hash].js",
} as const satisfies OutputOptions;

/**
 * MCP's packages take zod 3's schemas too, and bring compilers of JSON Schema for servers that ask their clients
 * something: there are none of those here.
 */
export const withoutUnused: Plugin = {
  name: "without what is never used",
  load: {
    filter: {
      id: /[/\\](zod[/\\]v3[/\\]index\.js|zod-to-json-schema[/\\]dist[/\\]esm[/\\]index\.js|server[/\\]dist[/\\]shims(Node|Workerd)\.mjs)$/,
    },
    handler: (id) =>
      id.endsWith(".mjs")
        ? `export { default as process } from "node:process";
           export class DefaultJsonSchemaValidator {
             getValidator() { throw new Error("This build has no compiler of JSON Schema."); }
           }`
        : "export const object = undefined, zodToJsonSchema = undefined;",
  },
};

/** The files that went into a bundle. */
export function filesOf({ output }: RolldownOutput): string[] {
  return output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
}
