import { type Look, paint, type Tone } from "./terminal-look.ts";
import { columnsOf, indented, wrap } from "./terminal-text.ts";

/** What a person is shown, before it is known how wide and how colourful their terminal is. */
export type Block =
  /** One sentence that says it all, or a remark of several; with a sign before it on a terminal. */
  | {
      readonly kind: "headline" | "remark";
      readonly tone: Tone;
      readonly sign: string;
      readonly text: string;
    }
  /** Names in a column, texts beside them. */
  | { readonly kind: "fields"; readonly rows: readonly (readonly [name: string, text: string])[] }
  /** A title and paragraphs under it. */
  | { readonly kind: "section"; readonly title: string; readonly paragraphs: readonly string[] };

/** The blocks as text, with an empty line between them; ends with a line break. */
export function layOut(blocks: readonly Block[], look: Look): string {
  return `${blocks.map((block) => linesOf(block, look).join("\n")).join("\n\n")}\n`;
}

function linesOf(block: Block, look: Look): string[] {
  switch (block.kind) {
    case "headline":
    case "remark": {
      const { kind, tone, sign, text } = block;
      if (!look.terminal) return [text];
      const lines = indented(text, look.width, 2, sign);
      if (kind === "headline") return lines.map((line) => paint(look, tone, line));
      const [first = "", ...rest] = lines;
      return [`${paint(look, tone, sign)}${first.slice(sign.length)}`, ...rest];
    }
    case "fields": {
      const column = 4 + Math.max(0, ...block.rows.map(([name]) => columnsOf(name)));
      return block.rows.flatMap(([name, text]) => {
        const [first = "", ...rest] = indented(text, look.width, column, `  ${name}`);
        return [
          `${paint(look, "quiet", first.slice(0, name.length + 2))}${first.slice(name.length + 2)}`,
          ...rest,
        ];
      });
    }
    case "section":
      return [
        ...wrap(block.title, look.width - 2).map((line) => `  ${paint(look, "strong", line)}`),
        ...block.paragraphs.flatMap((paragraph) =>
          indented(paragraph, look.width, 6, look.terminal ? "    •" : "    -"),
        ),
      ];
  }
}
