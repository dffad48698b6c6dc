// Writes the README's parts that are made from the code; with --check it only says whether they are as they should be.
import { readFileSync, writeFileSync } from "node:fs";
import { clientTable } from "../docs/made/client-table.ts";
import {
  commandTable,
  policyBlock,
  resultsPolicyBlock,
  settingsTable,
} from "../docs/made/command-reference.ts";
import { hostBlocks } from "../docs/made/hosts.ts";
import { picturedAnswer, picturedResults } from "../docs/made/pictured-answer.ts";
import { resourceReference, toolReference } from "../docs/made/tool-reference.ts";
import { root } from "../support/runtimes.ts";

export const readmeFile = `${root}README.md`;

const parts: Readonly<Record<string, () => string | Promise<string>>> = {
  answer: picturedAnswer,
  clients: clientTable,
  hosts: hostBlocks,
  commands: commandTable,
  tools: toolReference,
  resources: resourceReference,
  "results-answer": picturedResults,
  policy: policyBlock,
  "results-policy": resultsPolicyBlock,
  settings: settingsTable,
};

/** The README with its made parts as the code has them now. @throws where it lacks the place of one */
export async function withMadeParts(readme: string): Promise<string> {
  let text = readme;
  for (const [name, make] of Object.entries(parts)) {
    const [begin, end] = [`<!-- ${name}: made by \`bun run docs\` -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`The README has no part ${name}.`);
    text = `${text.slice(0, from + begin.length)}\n\n${await make()}\n\n${text.slice(to)}`;
  }
  return text;
}

if (import.meta.main) {
  const before = readFileSync(readmeFile, "utf8");
  const after = await withMadeParts(before);
  if (before !== after && process.argv.includes("--check")) {
    console.error("The README is not as the code has it: run `bun run docs`.");
    process.exit(1);
  }
  writeFileSync(readmeFile, after);
}
