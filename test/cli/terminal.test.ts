import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { layOut } from "../../src/cli/terminal-layout.ts";
import { type Look, lookOf } from "../../src/cli/terminal-look.ts";
import { columnsOf, indented, wrap } from "../../src/cli/terminal-text.ts";

const plain: Look = { color: false, terminal: false, width: Number.POSITIVE_INFINITY };
const narrow: Look = { color: true, terminal: true, width: 40 };

describe("what a stream can show", () => {
  test("colours, signs and a width on a terminal only", () => {
    expect(lookOf({}, {})).toEqual(plain);
    expect(lookOf({ isTTY: true, columns: 90 }, {})).toEqual({ color: true, terminal: true, width: 90 });
  });

  test("NO_COLOR takes the colours away, an empty one does not", () => {
    expect(lookOf({ isTTY: true }, { NO_COLOR: "1" })).toMatchObject({ color: false, terminal: true });
    expect(lookOf({ isTTY: true }, { NO_COLOR: "" }).color).toBe(true);
    expect(lookOf({ isTTY: true }, { TERM: "dumb" })).toMatchObject({ color: false, terminal: false });
  });

  test.each([
    [undefined, 80],
    [0, 80],
    [10, 40],
    [300, 100],
  ])("a window of %p columns is written %d wide", (columns, width) => {
    const stream = columns === undefined ? { isTTY: true } : { isTTY: true, columns };
    expect(lookOf(stream, {}).width).toBe(width);
  });
});

describe("lines", () => {
  test("no word is lost, no line is too long unless it is one word", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 60 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.join(" ")).toBe(text.split(" ").filter(Boolean).join(" "));
        for (const line of lines) expect(columnsOf(line) <= width || !line.includes(" ")).toBe(true);
      }),
    );
  });

  test("a word that is longer than the line stays whole, to be copied", () => {
    const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";
    expect(wrap(`see ${arn} there`, 20)).toEqual(["see", arn, "there"]);
  });

  test("wide characters take two columns, marks none", () => {
    expect(columnsOf("abc")).toBe(3);
    expect(columnsOf("日本語")).toBe(6);
    expect(columnsOf("e\u0301")).toBe(1);
    expect(columnsOf("🙂")).toBe(2);
  });

  test("later lines hang under the first", () => {
    expect(indented("one two three", 11, 4, "a")).toEqual(["a   one two", "    three"]);
  });
});

describe("blocks", () => {
  const blocks = [
    { kind: "headline", tone: "bad", sign: "✗", text: "It failed, and this is why it did so today." },
    {
      kind: "fields",
      rows: [
        ["job", "arn"],
        ["status", "a text that is longer than the window is wide"],
      ],
    },
    { kind: "section", title: "What next", paragraphs: ["Mend it."] },
  ] as const;

  test("go to a pipe as plain lines that are never broken", () => {
    expect(layOut(blocks, plain)).toBe(
      `It failed, and this is why it did so today.

  job     arn
  status  a text that is longer than the window is wide

  What next
    - Mend it.
`,
    );
  });

  test("fit the window of a terminal, with colours that take no room", () => {
    const shown = layOut(blocks, narrow);
    const bare = Bun.stripANSI(shown);
    expect(shown).toContain("\x1b[31m✗ It failed");
    for (const line of bare.split("\n")) expect(columnsOf(line)).toBeLessThanOrEqual(40);
    expect(bare).toContain("  status  a text that is longer than the\n          window is wide\n");
  });
});
