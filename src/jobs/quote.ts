/**
 * Text that came from outside (AWS, S3, a caller), made safe to show: nothing invisible is left in it, it has a
 * bounded length, and a reader can see where it begins and ends.
 */

/** How a text is cleaned. */
export interface CleanOptions {
  /** `fold` (default): everything on one line. `keep`: line breaks and indentation stay, as Markdown needs them. */
  readonly lines?: "fold" | "keep";
}

/**
 * `text` without control, escape, bidirectional, zero-width, tag and other invisible characters, with runs of blanks
 * folded to one. The answer has at most `maxCharacters` code points, what is said of a cut included.
 */
export function cleanText(text: string, maxCharacters: number, options: CleanOptions = {}): string {
  return capped(visible(text, options.lines ?? "fold"), maxCharacters);
}

/**
 * `text` cleaned and in quotation marks that it cannot close: double quotation marks inside become single ones.
 * At most `maxCharacters` code points stand between the marks.
 */
export function quoteText(text: string, maxCharacters: number): string {
  return `"${cleanText(text.replace(doubleQuotes, "'"), maxCharacters)}"`;
}

/** `quoteText` at the end of a sentence: with a full stop, where the text does not bring an end of its own. */
export function quoteToEnd(text: string, maxCharacters: number): string {
  const quoted = quoteText(text, maxCharacters);
  return /[.!?…]"$/.test(quoted) ? quoted : `${quoted}.`;
}

/**
 * Whole terminal sequences: strings (OSC, DCS, SOS, PM, APC) up to their end, CSI, and the two-character ones. None
 * reaches over the beginning of another, so that a text of beginnings costs no more than any other.
 */
const escapeSequences =
  /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]/g;

const lineBreaks = /\r\n?|[\n\v\f\x85\u2028\u2029]/g;

/** Characters that Unicode calls ignorable (zero-width, bidirectional, variation selectors, tags), and all that are no text. */
const invisible =
  /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Noncharacter_Code_Point}\p{Surrogate}\ufff9-\ufffb]|(?![\t\n])\p{Control}/gu;

/** U+2800 is a Braille pattern without dots: a blank to the eye. */
const blank = /[^\S\n]|\u2800/g;

const doubleQuotes = /["\u201c-\u201f\u2033\u2036\u275d\u275e\u2e42\u301d-\u301f\uff02]/g;

function visible(text: string, lines: "fold" | "keep"): string {
  const plain = text.replace(escapeSequences, "").replace(lineBreaks, "\n").replace(invisible, "");
  if (lines === "fold") return plain.replace(/[\s\u2800]+/g, " ").trim();
  return plain
    .replace(/\t/g, "    ")
    .replace(blank, " ")
    .split("\n")
    .map((line) => line.trimEnd().replace(/(\S) +/g, "$1 "))
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^\n+|\n+$/g, "");
}

/** Below this a note of the cut would take more room than the text. */
const shortestWithNote = 120;

function capped(text: string, maxCharacters: number): string {
  const max = Math.max(0, Math.floor(maxCharacters));
  // A text has never more code points than code units, so most texts need no counting.
  if (text.length <= max) return text;
  const length = codePoints(text);
  if (length <= max) return text;
  if (max === 0) return "";
  const note = (kept: number) =>
    max < shortestWithNote ? "…" : `… [cut: ${(length - kept).toLocaleString("en-US")} more characters]`;
  const kept = max - note(0).length;
  return start(text, kept) + note(kept);
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function start(text: string, count: number): string {
  let kept = "";
  let left = count;
  for (const character of text) {
    if (left <= 0) break;
    kept += character;
    left -= 1;
  }
  return kept;
}
