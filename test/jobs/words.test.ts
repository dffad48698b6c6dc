import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { durationText, utcText } from "../../src/jobs/duration-text.ts";
import { limitsText } from "../../src/jobs/limits.ts";
import { checkAgainInSeconds } from "../../src/jobs/pace.ts";

describe("durations as a person says them", () => {
  test.each([
    [0, "0 s"],
    [59.4, "59 s"],
    [59.6, "1 min"],
    [200, "3 min 20 s"],
    [3599, "59 min 59 s"],
    [3600, "1 h"],
    [7500, "2 h 5 min"],
    [86_399, "1 d"],
    [273_600, "3 d 4 h"],
    [-5, "0 s"],
  ])("%p s: %s", (seconds, text) => expect(durationText(seconds)).toBe(text));
});

describe("times", () => {
  test.each([
    ["2026-03-05T14:42:14.999Z", "2026-03-05 14:42:14 UTC"],
    ["2026-03-05T15:42:14+01:00", "2026-03-05 14:42:14 UTC"],
    ["soon", undefined],
    [undefined, undefined],
  ])("%p", (iso, text) => expect(utcText(iso)).toBe(text as string));
});

describe("when to look again", () => {
  test("5 to 30 seconds, never quicker as a job ages", () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), (age, more) => {
        const [young, old] = [checkAgainInSeconds(age), checkAgainInSeconds(age + more)];
        expect(young).toBeGreaterThanOrEqual(5);
        expect(old).toBeLessThanOrEqual(30);
        expect(old).toBeGreaterThanOrEqual(young);
        expect(Number.isInteger(young)).toBe(true);
      }),
    );
  });

  test("a job of unknown age is neither young nor old", () => {
    expect(checkAgainInSeconds()).toBe(10);
  });
});

test("limits of one kind, or of all", () => {
  expect(limitsText("image")).toBe("image: at most 5 MB, 8k resolution; JPEG, PNG.");
  for (const kind of ["document", "image", "audio", "video"])
    expect(limitsText()).toContain(`${kind}: at most`);
});
