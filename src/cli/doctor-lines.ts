import type { Check } from "./doctor-checks.ts";
import { type Look, paint, type Tone } from "./terminal-look.ts";
import { indented, padded } from "./terminal-text.ts";

const signs: Readonly<Record<Check["state"], readonly [sign: string, word: string, tone: Tone]>> = {
  good: ["✓", "good", "good"],
  bad: ["✗", "bad", "bad"],
  skipped: ["-", "skip", "quiet"],
};

/** The longest name of a check. */
const nameColumns = "credentials".length;

/** One check, with its mend below it. */
export function checkLines(check: Check, look: Look): string {
  const [sign, word, tone] = signs[check.state];
  const mark = look.terminal ? sign : word.padEnd(4);
  const indent = mark.length + 1 + nameColumns + 2;
  const head = `${mark} ${padded(check.name, nameColumns)}`;
  const [first = "", ...rest] = indented(check.text, look.width, indent, head);
  const lines = [`${paint(look, tone, first.slice(0, head.length))}${first.slice(head.length)}`, ...rest];
  const mend =
    check.mend === undefined
      ? []
      : indented(check.mend, look.width, indent + 2, `${" ".repeat(indent)}${look.terminal ? "→" : ">"}`);
  return `${[...lines, ...mend].join("\n")}\n`;
}

/** The last line: how it all is. */
export function verdictLines(checks: readonly Check[], look: Look): string {
  const bad = checks.filter(({ state }) => state === "bad").map(({ name }) => name);
  const text =
    bad.length === 0
      ? paint(look, "good", "All that was checked is good.")
      : paint(look, "bad", `${bad.length} of ${checks.length} bad: ${bad.join(", ")}.`);
  return `\n${text}\n`;
}
