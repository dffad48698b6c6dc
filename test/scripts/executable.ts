// One file with Bun in it, for this machine's system and processor: the release makes one on each.
import { product } from "../../src/product.ts";

/** What it is called on the release's page. */
export function executableName(platform: string = process.platform, arch: string = process.arch): string {
  const system = { darwin: "macos", win32: "windows" }[platform] ?? platform;
  return `${product.name}-${system}-${arch}${platform === "win32" ? ".exe" : ""}`;
}

/** Made of the built folder, with its code compiled beforehand. @throws with the compiler's words */
export async function makeExecutable(built: string, file: string): Promise<void> {
  const flags = ["--compile", "--bytecode", "--format", "esm", "--splitting"];
  const words = [process.execPath, "build", ...flags, "--outfile", file, `${built}/main.js`];
  const child = Bun.spawn(words, { stdout: "ignore", stderr: "pipe" });
  const said = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(`The executable could not be made: ${said}`);
}
