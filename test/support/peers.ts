import { spawnSync } from "node:child_process";
import { executables, root } from "./runtimes.ts";

/** Where the packages stand that are too heavy, or too new for Node 20, to be installed beside the product. */
export const peersFolder = `${root}test/peers/`;

let installed = false;

/**
 * Makes sure that they are installed, also where only the root was. Nothing is done where they are.
 * @throws Error with the installer's words
 */
export function installPeers(): void {
  if (installed) return;
  const setup = [`${root}test/scripts/setup.mjs`, "--peers"];
  const { status, stderr } = spawnSync(executables.bun, setup, { encoding: "utf8" });
  if (status !== 0) throw new Error(`the peers were not installed: ${stderr}`);
  installed = true;
}

/** Node 22, for clients that need it. */
export function node22(): string {
  installPeers();
  return `${peersFolder}node_modules/node/bin/node`;
}
