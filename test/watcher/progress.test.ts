import { expect, test } from "bun:test";
import { onlyCaller } from "../../src/caller.ts";
import type { WaitProgress } from "../../src/jobs/watcher/job-watcher.ts";
import { arn, failure } from "./fake-runtime.ts";
import { Fate, kit, patient, running, success } from "./kit.ts";

function told(made: ReturnType<typeof kit>) {
  const reports: (WaitProgress & { readonly at: number })[] = [];
  const onProgress = (progress: WaitProgress) => reports.push({ ...progress, at: made.clock.monotonic() });
  return { reports, onProgress };
}

test("progress is told after each check and every 5 s, with growing numbers", async () => {
  const made = kit({ status: "InProgress", jobSubmissionTime: "2026-01-02T00:00:00.000Z" });
  const { onProgress, reports } = told(made);
  void made.watcher.wait(arn("a"), { ...patient, onProgress });
  await made.clock.advance(300_000);
  expect(reports[0]).toMatchObject({
    at: 100,
    checks: 1,
    job: { status: "InProgress" },
    elapsedSeconds: 0.1,
  });
  const times = [0, ...reports.map(({ at }) => at), 300_000];
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(5_000);
  const elapsed = reports.map(({ elapsedSeconds }) => elapsedSeconds);
  expect(elapsed).toEqual([...new Set(elapsed)].sort((a, b) => a - b));
  for (const { endedAt } of made.runtime.calls) expect(times).toContain(endedAt ?? 0);
});

test("it tells when the next check is due", async () => {
  const made = kit(running);
  const { onProgress, reports } = told(made);
  void made.watcher.wait(arn("a"), { ...patient, onProgress });
  await made.clock.advance(4_700);
  expect(reports.map(({ nextCheckInSeconds }) => nextCheckInSeconds)).toEqual([5, 1]);
});

test("it tells that a check failed, and the status known before", async () => {
  let down = false;
  const made = kit(() => (down ? failure("network") : running));
  const { onProgress, reports } = told(made);
  void made.watcher.wait(arn("a"), { ...patient, onProgress });
  await made.clock.advance(1_000);
  down = true;
  await made.clock.advance(5_000);
  expect(reports.at(-1)).toMatchObject({ checks: 2, job: running, lastFailure: { code: "network" } });
  down = false;
  await made.clock.advance(10_000);
  expect(reports.at(-1)).not.toHaveProperty("lastFailure");
});

test("progress while nothing is known yet says so", async () => {
  const made = kit(running);
  made.runtime.latencyMs = 20_000;
  const { onProgress, reports } = told(made);
  void made.watcher.wait(arn("a"), { ...patient, onProgress });
  await made.clock.advance(10_000);
  expect(reports).toHaveLength(2);
  expect(reports[0]).toEqual({ at: 4_500, elapsedSeconds: 4.5, checks: 0, nextCheckInSeconds: 0 });
});

test("the check that shows the end tells no progress", async () => {
  const made = kit(success);
  const { onProgress, reports } = told(made);
  void made.watcher.wait(arn("a"), { ...patient, onProgress });
  await made.clock.advance(60_000);
  expect(reports).toHaveLength(0);
});

test("no progress is told in the last moment before the time is up", async () => {
  for (let timeoutMs = 4_300; timeoutMs < 5_500; timeoutMs += 50) {
    const made = kit(running);
    const { onProgress, reports } = told(made);
    const fate = new Fate(
      made.watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs, onProgress }),
      made.clock,
    );
    await made.clock.advance(timeoutMs);
    expect(fate.at).toBe(timeoutMs);
    expect(timeoutMs - (reports.at(-1)?.at ?? 0)).toBeGreaterThanOrEqual(100);
  }
});

test("a result that comes right after progress is held back for a moment, and still ends in time", async () => {
  for (const timeoutMs of [4_750, 4_800, 5_000, 300_000]) {
    const made = kit(success);
    made.runtime.latencyMs = 4_550;
    const { onProgress, reports } = told(made);
    const fate = new Fate(
      made.watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs, onProgress }),
      made.clock,
    );
    await made.clock.advance(timeoutMs);
    expect(reports.map(({ at }) => at)).toEqual([4_500]);
    expect((fate.at ?? 0) - 4_500).toBeGreaterThanOrEqual(100);
    expect(fate.at).toBeLessThanOrEqual(Math.min(timeoutMs, 5_000));
    expect(fate.value).toMatchObject({ job: success, waited: { timedOut: false } });
    expect(made.clock.sleeping).toBe(0);
  }
});

test("a listener that throws does not harm the wait", async () => {
  let ended = false;
  const made = kit(() => (ended ? success : running));
  const fate = new Fate(
    made.watcher.wait(arn("a"), {
      ...patient,
      onProgress() {
        throw new Error("the client is gone");
      },
    }),
    made.clock,
  );
  await made.clock.advance(3_000);
  ended = true;
  await made.clock.advance(10_000);
  expect(fate.value?.job).toEqual(success);
});
