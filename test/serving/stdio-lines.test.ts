import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { lineCutter } from "../../src/serving/stdio-lines.ts";

const maxBytes = 12;

/** What is heard of the chunks, in order; the last is what came after the last line break. */
function heard(chunks: readonly Uint8Array[]): string[] {
  const found: string[] = [];
  const cutter = lineCutter(maxBytes, {
    line: (text) => found.push(text),
    tooLong: () => found.push("too long"),
  });
  for (const chunk of chunks) cutter.push(chunk);
  return [...found, cutter.end()];
}

function chunked(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let rest = bytes;
  for (const size of sizes) {
    chunks.push(rest.subarray(0, size));
    rest = rest.subarray(size);
  }
  return [...chunks, rest];
}

describe("lines of stdin", () => {
  test("are the same however the bytes arrive, and those over the cap are told and left out", () => {
    const characters = fc.constantFrom("a", "é", "漢", "🙂", "\r", "\n");
    const text = fc.string({ unit: characters, maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(9), { maxLength: 20 }), (sent, sizes) => {
        const bytes = new TextEncoder().encode(sent);
        const lines = sent.split("\n");
        const size = (line: string) => new TextEncoder().encode(line).length;
        const expected = lines.map((line) => (size(line) > maxBytes ? "too long" : line));
        if (expected.at(-1) === "too long") expected.push("");
        expect(heard(chunked(bytes, sizes))).toEqual(expected);
      }),
    );
  });

  test("what is no UTF-8 is a line still, and a byte order mark is not part of one", () => {
    expect(heard([Uint8Array.of(0xff, 0x00, 0x0a, 0xef, 0xbb, 0xbf, 0x7b, 0x0a)])).toEqual([
      "\ufffd\u0000",
      "{",
      "",
    ]);
  });
});
