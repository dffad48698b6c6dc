import type { Output } from "./command.ts";
import { type Look, paint, type Tone } from "./terminal-look.ts";
import { columnsOf } from "./terminal-text.ts";

const clearLine = "\r\x1b[2K";

/** One line of a terminal that is written over again and again, and leaves nothing behind. */
export class LiveLine {
  readonly #stream: Output;
  readonly #look: Look;
  #shown = false;

  constructor(stream: Output, look: Look) {
    this.#stream = stream;
    this.#look = look;
  }

  /** A line that does not fit the window as it is now would break, and its first part could not be taken back. */
  show(text: string, tone?: Tone): void {
    const fitted = cut(text, (this.#stream.columns || 80) - 1);
    this.#stream.write(`${clearLine}${tone === undefined ? fitted : paint(this.#look, tone, fitted)}`);
    this.#shown = true;
  }

  get shown(): boolean {
    return this.#shown;
  }

  clear(): void {
    if (this.#shown) this.#stream.write(clearLine);
    this.#shown = false;
  }
}

function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  for (const character of text) {
    if (columnsOf(kept + character) >= columns) break;
    kept += character;
  }
  return `${kept}…`;
}
