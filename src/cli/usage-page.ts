import { type Look, paint } from "./terminal-look.ts";
import { columnsOf, indented, padded, wrap } from "./terminal-text.ts";

/** The usage text has this width where it goes to no terminal, so that it reads well wherever it is put. */
const plainWidth = 100;

/** What something is called, and what it is. */
export type Row = readonly [name: string, text: string];

/** A piece of the usage text; blank lines stand between them. Rows come before lines. */
export interface Part {
  readonly title?: string;
  readonly lines?: readonly string[];
  readonly rows?: readonly Row[];
}

/** The parts one below the other, as wide as they are read well. */
export function page(look: Look, parts: readonly Part[]): string {
  const width = Math.min(look.width, plainWidth);
  const blocks = parts.map(({ title, lines = [], rows = [] }) => {
    const indent = title === undefined ? 0 : 2;
    return [
      ...(title === undefined ? [] : [paint(look, "strong", title)]),
      ...rowLines(rows, width),
      ...lines.flatMap((line) => indented(line, width, indent)),
    ].join("\n");
  });
  return `${blocks.join("\n\n")}\n`;
}

/** Names to the left, texts to the right; a name that is too long has its text below it. */
function rowLines(rows: readonly Row[], width: number): string[] {
  const most = Math.min(28, Math.floor(width / 2.5));
  const widths = rows.flatMap(([name]) => name.split("\n").map(columnsOf));
  const column = 4 + Math.max(0, ...widths.filter((columns) => columns <= most));
  return rows.flatMap(([name, text]) => {
    const left = name.split("\n").map((each) => `  ${each}`);
    const right = wrap(text, width - column);
    if (left.some((each) => columnsOf(each) + 2 > column)) return [...left, ...indented(text, width, column)];
    const height = Math.max(left.length, right.length);
    return Array.from({ length: height }, (_, index) =>
      `${padded(left[index] ?? "", column)}${right[index] ?? ""}`.trimEnd(),
    );
  });
}
