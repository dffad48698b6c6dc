import { readFileSync } from "node:fs";
import { readmeFile } from "../scripts/docs.ts";
import { executables, root } from "../support/runtimes.ts";

export const readme = readFileSync(readmeFile, "utf8");

/** The README, and what it leaves to a file of its own. */
export const documents: readonly { readonly file: string; readonly text: string }[] = [
  { file: "README.md", text: readme },
  { file: "src/deploy/README.md", text: readFileSync(`${root}src/deploy/README.md`, "utf8") },
];

/** What stands in the README for the folder of whoever reads it. */
export const clone = "/path/to/bedrock-data-automation-mcp/";

/** The README's text with the reader's folder being this one. */
export function here(text: string): string {
  return text.replaceAll(clone, root);
}

export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** The heading that it stands under. */
  readonly heading: string;
  /** The line of text before it. */
  readonly before: string;
}

export function codeBlocks(language: string, heading?: string): CodeBlock[] {
  return allBlocks.filter(
    (block) => block.language === language && (heading === undefined || block.heading === heading),
  );
}

const allBlocks: readonly CodeBlock[] = documents.flatMap(({ text }) =>
  [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map((match) => {
    const above = text.slice(0, match.index).trimEnd().split("\n");
    return {
      language: match[1] ?? "",
      text: match[2] ?? "",
      heading: above.findLast((line) => /^#+ /.test(line))?.replace(/^#+ /, "") ?? "",
      before: above.at(-1) ?? "",
    };
  }),
);

export function withoutBlocks(text: string): string {
  return text.replace(/^```.*?^```$/gms, "");
}

/** The text of all documents without its code blocks. */
export const proseOnly = documents.map(({ text }) => withoutBlocks(text)).join("\n");

/** A command line as a shell takes it apart: blanks between words, quotation marks around some. */
export function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single),
  );
}

export interface OwnCommand {
  readonly env: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
}

/** How our executable is called: what stands before its own words. */
const executable = /^(npm:)?bedrock-data-automation-mcp$|\/src\/main\.ts$/;

/** What a command line hands to our executable; nothing where it runs something else. */
export function ownCommand(line: string): OwnCommand | undefined {
  const all = words(line.replace(/^npm start --(?= )/, "bedrock-data-automation-mcp"));
  // `claude mcp add … -- command`: what stands before is another program's.
  const own = all.slice(all.lastIndexOf("--") + 1);
  const at = own.findIndex((word) => executable.test(word));
  if (at < 0) return undefined;
  const set = own.slice(0, at).filter((word) => /^[A-Z_]+=/.test(word));
  return {
    env: Object.fromEntries(
      set.map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]),
    ),
    argv: own.slice(at + 1),
  };
}

/** An environment in which `bun` and `deno` are found. */
export const pathWithRuntimes = `${root}node_modules/.bin:${executables.deno.replace(/\/[^/]+$/, "")}:${process.env.PATH ?? ""}`;
