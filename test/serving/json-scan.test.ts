import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { findJsonProblem, maxNesting } from "../../src/serving/json-scan.ts";

describe("before a text is parsed as JSON", () => {
  test("one that is nested too deep is found, whatever it is nested of", () => {
    const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);
    expect(findJsonProblem(nested("[", "]", maxNesting))).toBeUndefined();
    expect(findJsonProblem(nested("[", "]", maxNesting + 1))).toBe("nested too deep");
    expect(findJsonProblem(nested("[", "", 100_000))).toBe("nested too deep");
    expect(findJsonProblem(nested('{"a":', "}", maxNesting))).toBeUndefined();
    expect(findJsonProblem(nested('{"a":', "}", 100_000))).toBe("nested too deep");
    // What stands in a string nests nothing, and what stands beside another is no deeper.
    expect(findJsonProblem(JSON.stringify({ a: '[{"'.repeat(1_000) }))).toBeUndefined();
    expect(findJsonProblem(`[${"[],".repeat(1_000)}[]]`)).toBeUndefined();
  });

  test.each([
    '{"method":"ping","method":"tools/call"}',
    '{"params":{"name":"a","name":"b"}}',
    '{"params":{"arguments":{"x":1,"y":[{}],"x":2}}}',
    // Written differently, and the same once read.
    '{"method":"ping","\\u006dethod":"tools/call"}',
    '{"a\\\\":1,"a\\\\":2}',
    '{"":1, "" :2}',
    '{"__proto__":1,"__proto__":2}',
    '[{"a":1},{"a":1,"a":1}]',
  ])("a key that stands twice in one object is found: %s", (text) => {
    expect(findJsonProblem(text)).toBe("a key twice");
  });

  test.each([
    '{"a":{"a":1},"b":{"a":1}}',
    '{"a":"a","b":"a"}',
    '{"a":["a","a"],"b":"b"}',
    '[["a","a"],{"a":"a"}]',
    '{"a\\\\":1,"a":2}',
    '{"a\\"":1,"a":2}',
  ])("the same word in other places is no such key: %s", (text) => {
    expect(findJsonProblem(text)).toBeUndefined();
  });

  test("nothing is found in what a program wrote as JSON, and nothing is thrown for anything else", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 20 }), (text) => {
        expect(findJsonProblem(text)).toBeUndefined();
        expect(findJsonProblem(JSON.stringify(JSON.parse(text), undefined, 2))).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'{}[]":,\\u0 a1')), (signs) => {
        findJsonProblem(signs.join(""));
      }),
    );
  });

  test("its time grows with the length of the text alone, not with its square", () => {
    // A quarter of a megabyte each. By the square these would take minutes, and the test its time-out.
    for (const text of [
      `"${"\\".repeat(262_000)}`,
      `"${'\\"'.repeat(131_000)}`,
      `{${Array.from({ length: 29_000 }, (_, index) => `"${index}":0`).join()}}`,
      "{}".repeat(131_000),
    ]) {
      expect(findJsonProblem(text)).toBeUndefined();
    }
  });
});
