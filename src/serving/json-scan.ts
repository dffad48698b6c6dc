/** Objects and arrays within each other: a request of MCP has six. */
export const maxNesting = 64;

export type JsonProblem = "nested too deep" | "a key twice";

const quote = 0x22;
const backslash = 0x5c;

/**
 * What is wrong with a text that is about to be parsed as JSON, found in one pass and without building anything of it.
 * A parser that recurses ends the process at some depth; and of a key that stands twice in one object (RFC 8259,
 * section 4) a parser takes the last, where whoever checked the request on its way may have looked at the first. What is
 * not JSON at all is left for the parser to say.
 */
export function findJsonProblem(text: string): JsonProblem | undefined {
  /** The keys so far of each object that is open; for an array, nothing. */
  const open: (Set<string> | undefined)[] = [];
  let keyNext = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote: {
        const end = endOfString(text, at);
        if (keyNext) {
          const key = keyOf(text, at, end);
          const keys = open.at(-1);
          if (keys?.has(key)) return "a key twice";
          keys?.add(key);
          keyNext = false;
        }
        at = end;
        break;
      }
      case 0x7b: // {
      case 0x5b: // [
        if (open.length === maxNesting) return "nested too deep";
        keyNext = text.charCodeAt(at) === 0x7b;
        open.push(keyNext ? new Set() : undefined);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        keyNext = false;
        break;
      case 0x2c: // ,
        keyNext = open.at(-1) !== undefined;
    }
  }
  return undefined;
}

/** Where the string that begins at `start` has its closing quote; the text's length where it has none. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === backslash) before -= 1;
  return (at - before) % 2 === 1;
}

/** As the parser will read it: `\u006d` is `m`. */
function keyOf(text: string, start: number, end: number): string {
  const written = text.slice(start + 1, end);
  if (!written.includes("\\")) return written;
  try {
    return String(JSON.parse(`"${written}"`));
  } catch {
    return written;
  }
}
