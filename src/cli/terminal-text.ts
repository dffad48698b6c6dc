/** Text laid out in columns. Nothing here knows colours: what is painted is painted after it was laid out. */

/** Columns that a text takes on a terminal: wide East Asian characters and emoji take two, marks none. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += mark.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return columns;
}

const mark = /^[\p{Mark}\p{Default_Ignorable_Code_Point}]$/u;
const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]$/u;

/**
 * The text in lines of at most so many columns, broken at blanks, of which several count as one. A word that is longer (an ARN, a URI) stays whole
 * on a line of its own, because it is there to be copied.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").filter((each) => each !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && columnsOf(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** The text wrapped, each line with blanks before it, the first with `first` instead of as many of them. */
export function indented(text: string, width: number, indent: number, first = ""): string[] {
  const blanks = " ".repeat(indent);
  return wrap(text, width - indent).map((line, index) =>
    index === 0 ? `${padded(first, indent)}${line}` : `${blanks}${line}`,
  );
}

/** The text with blanks after it, up to so many columns. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}
