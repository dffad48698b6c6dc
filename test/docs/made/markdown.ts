/** One row of a table. What stands between backticks is left as it is; the rest is text, whatever it looks like. */
export function row(...cells: readonly string[]): string {
  return `| ${cells.map(cell).join(" | ")} |`;
}

export function table(head: readonly string[], rows: readonly string[]): string {
  return [row(...head), `|${" --- |".repeat(head.length)}`, ...rows].join("\n");
}

/** What is hidden until somebody wants it. */
export function closed(summary: string, ...parts: readonly string[]): string {
  return [`<details>\n<summary>${summary}</summary>`, ...parts, "</details>"].join("\n\n");
}

/** In backticks, whatever it holds. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** Text with what Markdown would take for a tag kept as text. */
export function prose(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "\\<")))
    .join("");
}

function cell(text: string): string {
  return prose(text).replaceAll("|", "\\|").replaceAll("\n", " ");
}
