// Installs what the lockfile names, with Bun's installer, also where only Node and npm are: npm fetches the pinned
// Bun first. Does nothing when that has been done for this lockfile.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);
const marker = new URL("node_modules/.installed", root);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const state = createHash("sha256")
  .update(readFileSync(new URL("bun.lock", root)))
  .update(readFileSync(new URL("package.json", root)))
  .digest("hex");

if (!existsSync(marker) || readFileSync(marker, "utf8") !== state) {
  const install = ["install", "--frozen-lockfile", "--no-progress"];
  const [command, ...args] = process.versions.bun
    ? [process.execPath, ...install]
    : ["npm", "exec", "--yes", `--package=bun@${manifest.devDependencies.bun}`, "--", "bun", ...install];
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    // The demo's and the tests' output belongs on stdout alone.
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    console.error(`Installing failed${error ? `: ${error.message}` : ""}. It needs the npm registry.`);
    process.exit(status || 1);
  }
  writeFileSync(marker, state);
}
