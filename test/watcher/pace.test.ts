import { expect, test } from "bun:test";
import fc from "fast-check";
import { checkAgainInSeconds } from "../../src/jobs/pace.ts";
import { ageMs, failureDelayMs, pollDelayMs } from "../../src/jobs/watcher/pace.ts";

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test("a running job is looked at every 5 to 30 s, whatever its age and by whatever chance", () => {
  fc.assert(
    fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), chance, (age, random) => {
      const delay = pollDelayMs(age, () => random);
      expect(delay).toBeGreaterThanOrEqual(5_000);
      expect(delay).toBeLessThanOrEqual(30_000);
    }),
  );
});

test("polls come no sooner than people are told to look, and at most a quarter later", () => {
  for (const seconds of [0, 10, 60, 120, 239]) {
    const told = checkAgainInSeconds(seconds) * 1_000;
    expect(pollDelayMs(seconds * 1_000, () => 0)).toBe(told);
    expect(pollDelayMs(seconds * 1_000, () => 0.999)).toBeGreaterThan(told * 1.2);
  }
});

test("the oldest jobs are spread by chance too", () => {
  expect(pollDelayMs(1e9, () => 0.99)).toBeGreaterThan(pollDelayMs(1e9, () => 0) + 5_000);
});

test("after failures it looks after 5 s, then less and less often, up to a minute", () => {
  const delays = [1, 2, 3, 4, 5, 100].map((failures) => failureDelayMs(failures, () => 0));
  expect(delays).toEqual([5_000, 10_000, 20_000, 40_000, 48_000, 48_000]);
  expect(failureDelayMs(100, () => 0.999)).toBeLessThanOrEqual(60_000);
});

test("a job is as old as AWS says, but at least as old as it has been watched", () => {
  const observedAt = Date.UTC(2026, 0, 2);
  const submitted = (jobSubmissionTime: string) => ({ job: { jobSubmissionTime }, observedAt });
  expect(ageMs(submitted("2026-01-01T23:59:00.000Z"), 1_000)).toBe(60_000);
  expect(ageMs(submitted("2026-01-03T00:00:00.000Z"), 1_000)).toBe(1_000);
  expect(ageMs(submitted("soon"), 1_000)).toBe(1_000);
  expect(ageMs({ job: {}, observedAt }, 1_000)).toBe(1_000);
});
