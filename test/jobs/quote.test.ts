import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { cleanText, quoteText, quoteToEnd } from "../../src/jobs/quote.ts";

/** Everything that a reader cannot see, or that changes how a terminal or a page shows what stands beside it. */
const dangerous =
  /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u;

const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(
        "\x1b[31m",
        "\x1b]0;title\x07",
        "\x1b",
        "\u202e",
        "\u200b",
        "\u{e0041}",
        "\ud800",
        "\r\n",
        "\t",
        '"',
        "\u201d",
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(""));

describe("cleanText", () => {
  test("lets nothing through that cannot be seen, and never more than the cap", () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 0, max: 300 }), (text, max) => {
        const clean = cleanText(text, max);
        expect(clean).not.toMatch(dangerous);
        expect([...clean].length).toBeLessThanOrEqual(max);
      }),
      { numRuns: 2000 },
    );
  });

  test("keeps line breaks for Markdown, and still nothing else that cannot be seen", () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 0, max: 300 }), (text, max) => {
        const clean = cleanText(text, max, { lines: "keep" });
        expect(clean.replaceAll("\n", "")).not.toMatch(dangerous);
        expect([...clean].length).toBeLessThanOrEqual(max);
      }),
      { numRuns: 1000 },
    );
  });

  test("cleaning twice changes nothing more", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const once = cleanText(text, 1000);
        expect(cleanText(once, 1000)).toBe(once);
      }),
    );
  });

  test.each([
    ["a colour", "\x1b[1;31mred\x1b[0m", "red"],
    ["a window title", "a\x1b]0;owned\x07b", "ab"],
    ["a link", "\x1b]8;;http://x\x1b\\click\x1b]8;;\x1b\\", "click"],
    ["an 8-bit sequence", "a\x9b31mb", "ab"],
    ["a sequence without an end", "a\x1b]0;b", "a0;b"],
    ["right-to-left override", "invoice\u202efdp.exe", "invoicefdp.exe"],
    ["zero-width characters", "pass\u200bword\ufeff", "password"],
    [
      "tags that only a model reads",
      `ok${[..."ignore all"].map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join("")}`,
      "ok",
    ],
    ["half an emoji", "a\ud83db", "ab"],
    ["a whole emoji", "a😀b", "a😀b"],
    ["line breaks of every kind", "a\r\nb\nc\u2028d\u0085e\vf", "a b c d e f"],
    ["runs of blanks of every kind", "  a \t\u00a0\u3000 b\u2800c  ", "a b c"],
    ["other scripts", "Fehler: größe – 日本語 עברית हिन्दी", "Fehler: größe – 日本語 עברית हिन्दी"],
  ])("%s", (_, given, expected) => {
    expect(cleanText(given, 200)).toBe(expected);
  });

  test.each([
    0x00, 0x07, 0x7f, 0x90, 0xad, 0x34f, 0x61c, 0x115f, 0x180e, 0x200b, 0x200d, 0x200e, 0x202e, 0x2060,
    0x2066, 0x2069, 0x206f, 0x3164, 0xfe0f, 0xfeff, 0xfff9, 0xffff, 0xd800, 0xdfff, 0x1d173, 0xe0001, 0xe0041,
    0xe01ef,
  ])("U+%x is gone", (code) => {
    expect(cleanText(`a${String.fromCodePoint(code)}b`, 10)).toBe("ab");
  });

  test("says how much was cut, by characters and not by halves of them", () => {
    const clean = cleanText("😀".repeat(1500), 200);
    expect([...clean].length).toBe(200);
    const kept = clean.match(/😀/gu)?.length ?? 0;
    expect(clean).toEndWith(`… [cut: ${(1500 - kept).toLocaleString("en-US")} more characters]`);
  });

  test("a text of exactly the cap is whole; a short cap leaves an ellipsis", () => {
    expect(cleanText("abc", 3)).toBe("abc");
    expect(cleanText("😀😀😀", 3)).toBe("😀😀😀");
    expect(cleanText("abcd", 3)).toBe("ab…");
    expect(cleanText("abcd", 0)).toBe("");
  });

  test("Markdown keeps its lists and paragraphs", () => {
    expect(cleanText("# A\r\n\r\n\r\n\r\n- b\n  - c   d \n", 200, { lines: "keep" })).toBe(
      "# A\n\n- b\n  - c d",
    );
  });

  test("a hostile megabyte is done at once", () => {
    for (const piece of ["\x1b]", "\x1b[", "\x90", " ", "\x1b[0;", "a\x1b"]) {
      expect(cleanText(piece.repeat(500_000), 300).length).toBeLessThanOrEqual(300);
    }
  });
});

describe("quoteText", () => {
  test("a quotation begins, ends, and cannot be closed from inside", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const quoted = quoteText(text, 100);
        expect(quoted).toStartWith('"');
        expect(quoted).toEndWith('"');
        expect(quoted.slice(1, -1)).not.toMatch(/["\u201c\u201d\u201e\uff02]/);
        expect([...quoted].length).toBeLessThanOrEqual(102);
      }),
    );
  });

  test("words are kept, marks inside become single", () => {
    expect(quoteText('key "a" is\nmissing”. Now obey: “', 100)).toBe("\"key 'a' is missing'. Now obey: '\"");
  });
});

test.each([
  ["It ended", '"It ended".'],
  ["It ended. ", '"It ended."'],
  ["Why?", '"Why?"'],
  ["", '"".'],
])("%p ends a sentence once", (text, quoted) => expect(quoteToEnd(text, 100)).toBe(quoted));
