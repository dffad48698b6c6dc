// Makes dist/ and, in dist/release/, what a release offers: all of it, or what is named on the command line.
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../support/runtimes.ts";
import { build } from "./build.ts";
import { executableName, makeExecutable } from "./executable.ts";
import { packMcpb } from "./mcpb.ts";
import { repository, serverJson } from "./server-json.ts";

const dist = `${root}dist`;
const release = join(dist, "release");
const bundleName = `${manifest.name}-${manifest.version}.mcpb`;

const parts: Readonly<Record<string, () => Promise<void>>> = {
  mcpb: () => packMcpb(dist, join(release, bundleName)),
  executable: () => makeExecutable(dist, join(release, executableName())),
  /** After the bundle, whose digest it has. */
  "server.json": async () => {
    const bundle = await readFile(join(release, bundleName)).catch(() => undefined);
    const described =
      bundle === undefined || repository === undefined
        ? undefined
        : {
            url: `${repository}/releases/download/v${manifest.version}/${bundleName}`,
            sha256: createHash("sha256").update(bundle).digest("hex"),
          };
    await writeFile(join(release, "server.json"), `${JSON.stringify(serverJson(described), undefined, 2)}\n`);
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}: choose from ${Object.keys(parts).join(", ")}.`);
  process.exit(2);
}
await build(dist, { types: true });
await mkdir(release, { recursive: true });
for (const [name, make] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await make();
}
console.log(`made ${dist} and ${release}`);
