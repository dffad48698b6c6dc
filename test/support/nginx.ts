import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const usual = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx"];
const unpacked = join(tmpdir(), "bda-nginx");

/**
 * An nginx that runs: the machine's own, or Debian's package, unpacked into the temporary folder and installed nowhere.
 * @throws Error that says what to install
 */
export function nginx(): string {
  const found = [Bun.which("nginx"), ...usual, join(unpacked, "usr/sbin/nginx")].find(
    (path): path is string => path !== null && runs(path),
  );
  if (found !== undefined) return found;
  const why = unpackDebian();
  const path = join(unpacked, "usr/sbin/nginx");
  if (runs(path)) return path;
  throw new Error(
    `There is no nginx, and Debian's could not be had (${why}). Install it: apt-get install nginx, or brew install nginx.`,
  );
}

function runs(path: string): boolean {
  return existsSync(path) && spawnSync(path, ["-v"]).status === 0;
}

/** Gives why it does not work, where it does not. */
function unpackDebian(): string {
  if (Bun.which("apt-get") === null) return "this is no Debian";
  const folder = `${unpacked}-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  let download = run("apt-get", "download", "nginx");
  if (download.status !== 0) {
    // A clean machine has no lists of packages.
    run("apt-get", "update");
    download = run("apt-get", "download", "nginx");
  }
  const [file] = readdirSync(folder).filter((name) => name.endsWith(".deb"));
  if (file === undefined) return download.stderr.trim().split("\n").at(-1) ?? "apt-get download failed";
  const { status, stderr } = run("dpkg", "-x", file, ".");
  if (status !== 0) return stderr;
  // Another process may have been quicker.
  if (existsSync(unpacked)) rmSync(folder, { recursive: true });
  else renameSync(folder, unpacked);
  return spawnSync(join(unpacked, "usr/sbin/nginx"), ["-v"], { encoding: "utf8" }).stderr;
}
