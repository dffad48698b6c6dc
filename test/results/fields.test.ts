import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { fieldLines, fieldTree } from "../../src/jobs/results/field-views.ts";
import { fieldsOf, readFields } from "../../src/jobs/results/fields.ts";

function flat(inference: unknown, explainability: unknown) {
  return [...fieldsOf(readFields(inference, explainability))].map(({ path, value, confidence }) => [
    path,
    value,
    confidence,
  ]);
}

describe("a confidence stands beside its own value", () => {
  test("in groups and lists, however deep", () => {
    expect(
      flat({ a: { b: [{ c: 1 }, { c: 2 }] } }, [
        { a: { b: [{ c: { confidence: 0.1, value: 1 } }, { c: { confidence: 0.2, value: 2 } }] } },
      ]),
    ).toEqual([
      ["a.b[0].c", 1, 0.1],
      ["a.b[1].c", 2, 0.2],
    ]);
  });

  test("of a list of plain values", () => {
    expect(
      flat({ tags: ["x", "y"] }, [
        {
          tags: [
            { confidence: 0.3, value: "x" },
            { confidence: 0.4, value: "y" },
          ],
        },
      ]),
    ).toEqual([
      ["tags[0]", "x", 0.3],
      ["tags[1]", "y", 0.4],
    ]);
  });

  test("one for a whole list or group counts for each of its values", () => {
    expect(
      flat({ tags: ["x", "y"], who: { name: "n" } }, [
        { tags: { confidence: 0.3 }, who: { confidence: 0.2 } },
      ]),
    ).toEqual([
      ["tags[0]", "x", 0.3],
      ["tags[1]", "y", 0.3],
      ["who.name", "n", 0.2],
    ]);
  });

  test("a field may be called confidence, value, type or success itself", () => {
    const explained = { confidence: 0.5, value: "high" };
    expect(
      flat({ quality: { confidence: "high", value: "v", type: "t", success: "s" } }, [
        { quality: { confidence: explained, value: explained, type: explained, success: explained } },
      ]),
    ).toEqual([
      ["quality.confidence", "high", 0.5],
      ["quality.value", "v", 0.5],
      ["quality.type", "t", 0.5],
      ["quality.success", "s", 0.5],
    ]);
  });

  test("a field that is only explained is there too", () => {
    expect(
      flat({ a: 1 }, [
        {
          a: { confidence: 1, value: 1 },
          b: { confidence: 0, type: "string", value: "" },
          c: [{ d: { confidence: 0.2, value: "x" } }],
        },
      ]),
    ).toEqual([
      ["a", 1, 1],
      ["b", "", 0],
      ["c[0].d", "x", 0.2],
    ]);
  });

  test("without explanations there are values all the same", () => {
    expect(flat({ a: 1, b: [true, "x"] }, undefined)).toEqual([
      ["a", 1, undefined],
      ["b[0]", true, undefined],
      ["b[1]", "x", undefined],
    ]);
  });
});

describe("fields for reading", () => {
  const root = readFields(
    { Total: 119.5, Note: "two\nlines", Due: "", None: null, Empty: [], 'He said "hi"': "a \u202Eb" },
    [{ Total: { confidence: 0.95 }, Note: { confidence: 0.3 }, Due: { confidence: 0 } }],
  );

  test("one a line, as quotations that nothing inside can close", () => {
    expect(fieldLines(root, 0.6).split("\n")).toEqual([
      '"Total" = 119.5 (0.95)',
      '"Note" = "two lines" (0.3, doubtful)',
      '"Due" is empty (0)',
      '"None" is empty',
      '"Empty" is empty',
      '"He said \'hi\'" = "a b"',
    ]);
  });

  test("nested for programs, cleaned, without a null", () => {
    expect(fieldTree(root, 0.6)).toEqual({
      Total: { value: 119.5, confidence: 0.95 },
      Note: { value: "two\nlines", confidence: 0.3, doubtful: true },
      Due: { confidence: 0, empty: true },
      None: { empty: true },
      Empty: { empty: true },
      'He said "hi"': { value: "a b" },
    });
  });

  test("names that look alike once they are cleaned do not hide each other", () => {
    expect(fieldTree(readFields({ a: 1, "a\u200b": 2, "a ": 3 }, []), 0.6)).toEqual({
      a: { value: 1 },
      "a (2)": { value: 2 },
      "a (3)": { value: 3 },
    });
  });

  test("a number too large for JavaScript is kept as a text, and is no confidence", () => {
    const root = readFields(JSON.parse('{"a":1e999,"b":[-1e999]}'), [
      JSON.parse('{"a":{"confidence":1e999,"value":1}}'),
    ]);
    expect(fieldTree(root, 0.6)).toEqual({ a: { value: "Infinity" }, b: [{ value: "-Infinity" }] });
  });

  test("what is nested without end is told, not walked", () => {
    let deep: unknown = "core";
    for (let depth = 0; depth < 5000; depth += 1) deep = depth % 2 === 0 ? { in: deep } : [deep];
    const all = [...fieldsOf(readFields({ deep }, [{ deep }]))];
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ tooDeep: true });
    expect(fieldLines(readFields({ deep }, undefined), 0.6)).toEndWith("is nested too deep to show");
  });
});

test("every plain value of a result is found once, under a path of its own, whatever the explanations hold", () => {
  const name = fc.stringMatching(/^[a-z]{1,8}$/);
  const value = fc.oneof(fc.string({ minLength: 1 }), fc.integer(), fc.boolean());
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      value,
      fc.dictionary(name, tie("tree"), { minKeys: 1, maxKeys: 4 }),
      fc.array(tie("tree"), { minLength: 1, maxLength: 3 }),
    ),
  }));
  const values = (node: unknown): unknown[] =>
    typeof node === "object" && node !== null ? Object.values(node).flatMap(values) : [node];
  fc.assert(
    fc.property(fc.dictionary(name, tree, { maxKeys: 4 }), fc.jsonValue(), (inference, explained) => {
      const found = [...fieldsOf(readFields(inference, explained))];
      const wanted = values(inference);
      // Explanations may add fields of their own, never take one away.
      const rest = found.map((field) => field.value);
      for (const one of wanted) {
        const at = rest.indexOf(one as string);
        expect(at).toBeGreaterThanOrEqual(0);
        rest.splice(at, 1);
      }
      expect(new Set(found.map(({ path }) => path)).size).toBe(found.length);
    }),
  );
});
