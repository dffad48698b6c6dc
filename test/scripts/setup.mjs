// Installs what the lockfiles name, with Bun's installer, also where only Node and npm are: npm fetches the pinned Bun
// first. With `--peers` also what only the tests and the bench need. Does nothing when that has been done.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);
const { devDependencies } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

installIn(root);
if (process.argv.includes("--peers")) installIn(new URL("test/peers/", root));

function installIn(folder) {
  const marker = new URL("node_modules/.installed", folder);
  const state = createHash("sha256")
    .update(readFileSync(new URL("bun.lock", folder)))
    .update(readFileSync(new URL("package.json", folder)))
    .digest("hex");
  if (existsSync(marker) && readFileSync(marker, "utf8") === state) return;

  const install = ["install", "--frozen-lockfile", "--no-progress"];
  const [command, ...args] = process.versions.bun
    ? [process.execPath, ...install]
    : ["npm", "exec", "--yes", `--package=bun@${devDependencies.bun}`, "--", "bun", ...install];
  const { status, error } = spawnSync(command, args, {
    cwd: folder,
    // The demo's and the tests' output belongs on stdout alone.
    stdio: ["ignore", 2, 2],
    // There npm is a script of the shell's.
    shell: process.platform === "win32" && command === "npm",
  });
  if (status !== 0) {
    console.error(`Installing failed${error ? `: ${error.message}` : ""}. It needs the npm registry.`);
    process.exit(status || 1);
  }
  writeFileSync(marker, state);
}
