// The licences of what the bundle holds of other people's work: each of them asks to go where the work goes.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

interface Work {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The licence's words, where the package has them. */
  readonly text: string;
}

/** Writes `THIRD-PARTY-LICENSES` into a folder, from the files that were bundled. @throws for a work without a licence */
export async function writeThirdPartyLicenses(outdir: string, files: readonly string[]): Promise<void> {
  const folders = new Set(files.flatMap((file) => packageOf(file) ?? []));
  const works = [...folders].map(workIn);
  const byText = Map.groupBy(works, ({ license, text }) => text || license);
  const parts = [...byText].map(([text, same]) => {
    const names = new Set(same.map(({ name, version, license }) => `${name} ${version} (${license})`));
    return `${[...names].sort().join("\n")}\n\n${text.trim()}\n`;
  });
  await writeFile(join(outdir, "THIRD-PARTY-LICENSES"), parts.sort().join(`\n${"-".repeat(80)}\n\n`));
}

/** The folder of the package that a file is of. */
function packageOf(file: string): string | undefined {
  if (!file.includes("node_modules")) return undefined;
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version !== undefined)
      return folder;
  }
  return undefined;
}

function workIn(folder: string): Work {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (typeof license !== "string") throw new Error(`${name} names no licence.`);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  return { name, version, license, text: file === undefined ? "" : readFileSync(join(folder, file), "utf8") };
}
