import type { Environment } from "../config.ts";
import { variableIn } from "./environment.ts";

/** What a stream can show. */
export interface Look {
  /** Colours and bold. */
  readonly color: boolean;
  /** Signs like ✓, and lines broken to fit: somebody looks at it, no program reads it. */
  readonly terminal: boolean;
  /** Columns that text may take; without bound where it is no terminal, so that a line stays a line. */
  readonly width: number;
}

/** Longer lines are hard to read, however wide the window is. */
const widestText = 100;
const narrowestText = 40;

/** Honours `NO_COLOR` (no-color.org: set and not empty) and `TERM=dumb`. */
export function lookOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Environment,
): Look {
  if (stream.isTTY !== true) return { color: false, terminal: false, width: Number.POSITIVE_INFINITY };
  const dumb = variableIn(env, "TERM") === "dumb";
  const columns = stream.columns || 80;
  return {
    color: !dumb && !variableIn(env, "NO_COLOR"),
    terminal: !dumb,
    width: Math.max(narrowestText, Math.min(widestText, columns)),
  };
}

export type Tone = "good" | "bad" | "waiting" | "quiet" | "strong";

const codes: Readonly<Record<Tone, string>> = {
  good: "32",
  bad: "31",
  waiting: "33",
  quiet: "2",
  strong: "1",
};

/** The text in a colour, where there are colours. */
export function paint(look: Look, tone: Tone, text: string): string {
  return look.color ? `\x1b[${codes[tone]}m${text}\x1b[0m` : text;
}
