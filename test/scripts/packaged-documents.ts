// What the package has to read: as in the repository, but for what is another matter once it is on npm.
import { writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { root } from "../support/runtimes.ts";
import { repository } from "./server-json.ts";

/** By their place in the repository, that in the package. */
const places: Readonly<Record<string, string>> = {
  "README.md": "README.md",
  "src/deploy/README.md": "deploy/README.md",
  LICENSE: "LICENSE",
};

/** Writes them into a built folder, which has a folder `deploy`. */
export async function writeDocuments(outdir: string): Promise<void> {
  for (const [file, place] of Object.entries(places)) {
    const text = await Bun.file(`${root}${file}`).text();
    await writeFile(`${outdir}/${place}`, packagedText(file, text));
  }
}

/** Without what holds until it is on npm. Links lead to the package's own files or to the repository, or are none. */
export function packagedText(file: string, text: string, home = repository): string {
  const folder = dirname(places[file] ?? file);
  return text
    .replace(/<!-- until it is on npm -->.*?<!-- end of until it is on npm -->\n+/s, "")
    .replace(
      /\[([^\]]*)\]\((?!#|https?:)([^)#\s]+)(#[^)\s]*)?\)/g,
      (_, words: string, target: string, anchor = "") => {
        const path = join(dirname(file), target);
        const place = places[path];
        if (place !== undefined) return `[${words}](${relative(folder, place)}${anchor})`;
        return home === undefined ? words : `[${words}](${home}/blob/HEAD/${path}${anchor})`;
      },
    );
}
