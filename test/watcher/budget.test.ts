import { describe, expect, test } from "bun:test";
import { onlyCaller } from "../../src/caller.ts";
import { CallBudget } from "../../src/jobs/watcher/budget.ts";
import { Budgets } from "../../src/jobs/watcher/budgets.ts";
import { callerNamed } from "../support/caller.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";
import { arn, failure, type MadeCall } from "./fake-runtime.ts";
import { countedSignal, Fate, kit, running, success } from "./kit.ts";

const me = { caller: onlyCaller };

/** The most calls that began within any second. */
function busiestSecond(calls: readonly MadeCall[]): number {
  const starts = calls.map(({ startedAt }) => startedAt);
  return Math.max(0, ...starts.map((from) => starts.filter((at) => at >= from && at < from + 1_000).length));
}

for (const maxCallsPerSecond of [0.5, 1, 10, 35, 200]) {
  test(`a budget of ${maxCallsPerSecond} a second is never exceeded, and used up to 90 %`, async () => {
    const { clock, runtime, watcher } = kit(running, { maxCallsPerSecond });
    for (let job = 0; job < maxCallsPerSecond * 30; job++) void watcher.read(arn(`job-${job}`), me);
    await clock.advance(20_000);
    expect(busiestSecond(runtime.calls)).toBeLessThanOrEqual(Math.max(1, maxCallsPerSecond));
    expect(runtime.calls.length).toBeGreaterThanOrEqual(maxCallsPerSecond * 20 * 0.9);
  });
}

test("time in which nobody asked is not saved up", async () => {
  const { clock, runtime, watcher } = kit(running, { maxCallsPerSecond: 10 });
  await clock.advance(60_000);
  for (let job = 0; job < 100; job++) void watcher.read(arn(`job-${job}`), me);
  await clock.advance(5_000);
  expect(busiestSecond(runtime.calls)).toBeLessThanOrEqual(10);
});

test("accounts, regions and callers have budgets of their own", async () => {
  const { runtime, watcher } = kit(running, { maxCallsPerSecond: 1 });
  void watcher.read(arn("a"), me);
  void watcher.read(arn("a", "eu-west-1"), me);
  void watcher.read(arn("a", "us-east-1", "444455556666"), me);
  void watcher.read(arn("a"), { caller: callerNamed("bob") });
  await settle();
  expect(runtime.calls).toHaveLength(4);
});

describe("all callers together", () => {
  const callers = Array.from({ length: 20 }, (_, index) => ({ caller: callerNamed(`caller-${index}`) }));

  test("make no more calls to an account and region than they may in all, and use that up to 90 %", async () => {
    const { clock, runtime, watcher } = kit(running, { maxCallsPerSecond: 10, maxCallsPerSecondInAll: 35 });
    for (let job = 0; job < 100; job++) {
      for (const each of callers) watcher.read(arn(`job-${job}`), each).catch(() => {});
      watcher.read(arn(`job-${job}`, "eu-west-1"), callers[0] ?? me).catch(() => {});
    }
    await clock.advance(20_000);
    const inRegion = (region: string) => runtime.calls.filter((call) => call.arn.region === region);
    expect(busiestSecond(inRegion("us-east-1"))).toBeLessThanOrEqual(35);
    expect(inRegion("us-east-1").length).toBeGreaterThanOrEqual(35 * 20 * 0.9);
    expect(busiestSecond(inRegion("eu-west-1"))).toBeLessThanOrEqual(10);
    expect(inRegion("eu-west-1")).toHaveLength(100);
  });

  test("take turns: who asks for one status does not stand behind another's thousand", async () => {
    const { clock, watcher } = kit(running, { maxCallsPerSecond: 100, maxCallsPerSecondInAll: 10 });
    const [busy = me, ...others] = callers;
    for (let job = 0; job < 1_000; job++) watcher.read(arn(`job-${job}`), busy).catch(() => {});
    await clock.advance(10_000);
    const fates = others.slice(0, 4).map((each) => new Fate(watcher.read(arn("one"), each), clock));
    await clock.advance(1_000);
    expect(fates.map(({ value }) => value?.job)).toEqual(fates.map(() => running));
  });

  test("leave no timer and no call behind where those who wait for their turn go away", async () => {
    const { clock, runtime, watcher } = kit(running, { maxCallsPerSecond: 10, maxCallsPerSecondInAll: 1 });
    const leaving = new AbortController();
    void watcher.read(arn("first"), me);
    for (const each of callers) watcher.read(arn("one"), { ...each, signal: leaving.signal }).catch(() => {});
    await clock.advance(2_500);
    const made = runtime.calls.length;
    leaving.abort();
    await settle();
    expect(clock.sleeping).toBe(0);
    expect(watcher.stats().queuedCalls).toBe(0);
    const late = new Fate(watcher.read(arn("late"), callers[3] ?? me), clock);
    await clock.advance(1_500);
    expect([late.value?.job, runtime.calls.length]).toEqual([running, made + 1]);
  });

  test("go slower once AWS throttles one of them: it is one account's quota", async () => {
    let throttle = true;
    const { clock, runtime, watcher } = kit(() => (throttle ? failure("throttled") : success), {
      maxCallsPerSecond: 20,
      maxCallsPerSecondInAll: 20,
    });
    watcher.read(arn("throttled"), callers[0] ?? me).catch(() => {});
    await clock.advance(150);
    throttle = false;
    const before = runtime.calls.length;
    for (const [index, each] of callers.entries()) void watcher.read(arn(`job-${index}`), each);
    await clock.advance(1_000);
    expect(runtime.calls.length - before).toBeLessThanOrEqual(11);
  });
});

test("a throttled call halves the rate, which grows back within a minute", async () => {
  let throttle = false;
  const { clock, runtime, watcher } = kit(() => (throttle ? failure("throttled") : success), {
    maxCallsPerSecond: 20,
  });
  let job = 0;
  const rateOver = async (milliseconds: number) => {
    const before = runtime.calls.length;
    const controller = new AbortController();
    for (let asked = 0; asked < 20 * (milliseconds / 1_000); asked++) {
      watcher.read(arn(`job-${job++}`), { ...me, signal: controller.signal }).catch(() => {});
    }
    await clock.advance(milliseconds);
    controller.abort();
    return ((runtime.calls.length - before) * 1_000) / milliseconds;
  };
  expect(await rateOver(5_000)).toBeGreaterThan(18);
  throttle = true;
  watcher.read(arn("throttled"), me).catch(() => {});
  await clock.advance(150);
  throttle = false;
  const shrunk = await rateOver(2_000);
  expect(shrunk).toBeGreaterThan(8);
  expect(shrunk).toBeLessThan(11);
  await clock.advance(12_000);
  const growing = await rateOver(2_000);
  expect(growing).toBeGreaterThan(shrunk + 2);
  expect(growing).toBeLessThan(18);
  await clock.advance(30_000);
  expect(await rateOver(5_000)).toBeGreaterThan(18);
});

test("calls that were throttled together shrink the budget once", async () => {
  let throttle = true;
  const { clock, runtime, watcher } = kit(() => (throttle ? failure("throttled") : success), {
    maxCallsPerSecond: 100,
  });
  runtime.latencyMs = 1_000;
  for (let job = 0; job < 50; job++) watcher.read(arn(`a-${job}`), me).catch(() => {});
  await clock.advance(1_600);
  throttle = false;
  const before = runtime.calls.length;
  for (let job = 0; job < 100; job++) void watcher.read(arn(`b-${job}`), me);
  await clock.advance(1_000);
  expect(runtime.calls.length - before).toBeGreaterThan(40);
});

test("throttled for good, it still tries, and not often", async () => {
  const { clock, runtime, watcher } = kit(failure("throttled"), { maxCallsPerSecond: 10 });
  for (let job = 0; job < 100; job++) watcher.read(arn(`a-${job}`), me).catch(() => {});
  await clock.advance(30_000);
  const before = runtime.calls.length;
  await clock.advance(30_000);
  expect(runtime.calls.length - before).toBeGreaterThan(3);
  expect(runtime.calls.length - before).toBeLessThan(60);
});

test("what AWS asks to wait, all calls of the budget wait", async () => {
  let throttle = true;
  const { clock, runtime, watcher } = kit(() =>
    throttle ? failure("throttled", { retryAfterSeconds: 7 }) : success,
  );
  watcher.read(arn("a"), me).catch(() => {});
  await clock.advance(100);
  throttle = false;
  const fate = new Fate(watcher.read(arn("b"), me), clock);
  await clock.advance(6_900);
  expect(runtime.calls).toHaveLength(1);
  await clock.advance(1_000);
  expect(fate.value?.job).toEqual(success);
});

test("an absurd Retry-After stops nothing for long", async () => {
  const { clock, runtime, watcher } = kit(failure("throttled", { retryAfterSeconds: 86_400 }));
  watcher.read(arn("a"), me).catch(() => {});
  await clock.advance(100);
  watcher.read(arn("b"), me).catch(() => {});
  await clock.advance(25_000);
  expect(runtime.calls).toHaveLength(2);
});

test("every attempt that the client makes by itself is paid for", async () => {
  const { clock, runtime, watcher } = kit(success, { maxCallsPerSecond: 1 });
  const attempts: number[] = [];
  runtime.getDataAutomationStatus = async (_arn, { beforeRetry, signal } = {}) => {
    attempts.push(clock.monotonic());
    for (let attempt = 1; attempt < 3; attempt++) {
      await beforeRetry?.(failure("service_fault"), signal ?? new AbortController().signal);
      attempts.push(clock.monotonic());
    }
    return success;
  };
  void watcher.read(arn("a"), me);
  void watcher.read(arn("b"), me);
  await clock.advance(60_000);
  expect(attempts).toHaveLength(6);
  const gaps = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
  expect(watcher.stats()).toMatchObject({ calls: 2, retries: 4 });
});

test("a throttled attempt shrinks the budget, though the client's next one succeeds", async () => {
  const { clock, runtime, watcher } = kit(success, { maxCallsPerSecond: 10 });
  const { getDataAutomationStatus } = runtime;
  runtime.getDataAutomationStatus = async (_arn, { beforeRetry, signal } = {}) => {
    await beforeRetry?.(failure("throttled"), signal ?? new AbortController().signal);
    return success;
  };
  void watcher.read(arn("a"), me);
  await clock.advance(200);
  runtime.getDataAutomationStatus = getDataAutomationStatus.bind(runtime);
  for (let job = 0; job < 20; job++) void watcher.read(arn(`job-${job}`), me);
  await clock.advance(1_000);
  expect(runtime.calls.length).toBeLessThanOrEqual(6);
  expect(watcher.stats().throttles).toBe(1);
});

test("a grant leaves no listener behind", async () => {
  const { abort, listeners, signal } = countedSignal();
  const budget = new CallBudget(new FakeClock(), 1);
  await budget.enter("read", signal).granted;
  expect(listeners()).toBe(0);
  const queued = Promise.resolve(budget.enter("read", signal).granted);
  abort();
  expect(await queued.catch(() => "let go")).toBe("let go");
  expect(listeners()).toBe(0);
  const late = Promise.resolve(budget.enter("read", signal).granted);
  expect(await late.catch(() => "refused")).toBe("refused");
});

test("budgets that nobody uses are forgotten; one that is used or shrunk is not", async () => {
  const clock = new FakeClock();
  const budgets = new Budgets(clock, { maxPerSecond: 10, maxPerSecondInAll: 100_000 });
  const signal = new AbortController().signal;
  const shrunk = budgets.of("shrunk", arn("a"));
  shrunk.throttled(0);
  for (let caller = 0; caller < 5_000; caller++) {
    void budgets.of(`caller-${caller}`, arn("a")).enter("read", signal);
    await clock.advance(1);
  }
  expect(budgets.size).toBeLessThan(400);
  expect(budgets.of("shrunk", arn("a"))).toBe(shrunk);
});

test("a status call does not stand behind a thousand polls", async () => {
  const { clock, watcher } = kit(running, { maxCallsPerSecond: 10 });
  for (let job = 0; job < 1_000; job++)
    void watcher.wait(arn(`job-${job}`), { ...me, timeoutMs: 300_000 }).catch(() => {});
  await clock.advance(120_000);
  const alone = new Fate(watcher.read(arn("another"), me), clock);
  const watched = new Fate(watcher.read(arn("job-999"), me), clock);
  await clock.advance(1_000);
  expect(alone.value?.job).toEqual(running);
  expect(watched.value?.job).toEqual(running);
});

test("status calls have two fifths of the rate to themselves, the first checks twice the others' share", async () => {
  const { clock, runtime, watcher } = kit(running, { maxCallsPerSecond: 10 });
  for (let job = 0; job < 300; job++) void watcher.wait(arn(`old-${job}`), { ...me, timeoutMs: 3_600_000 });
  await clock.advance(300_000);
  const from = runtime.calls.length;
  for (let job = 0; job < 300; job++) void watcher.wait(arn(`new-${job}`), { ...me, timeoutMs: 3_600_000 });
  for (let job = 0; job < 300; job++) watcher.read(arn(`read-${job}`), me).catch(() => {});
  await clock.advance(22_000);
  const share = (prefix: string) =>
    runtime.calls.slice(from).filter((call) => call.arn.jobId.startsWith(prefix)).length;
  for (const [prefix, calls] of [
    ["read", 80],
    ["new", 80],
    ["old", 40],
  ] as const) {
    expect(Math.abs(share(prefix) - calls)).toBeLessThanOrEqual(2);
  }
});

test("a status call hurries the queued poll of the same job, instead of making another", async () => {
  const { clock, runtime, watcher } = kit(running, { maxCallsPerSecond: 1 });
  for (let job = 0; job < 100; job++)
    void watcher.wait(arn(`job-${job}`), { ...me, timeoutMs: 300_000 }).catch(() => {});
  await clock.advance(3_000);
  const fate = new Fate(watcher.read(arn("job-99"), me), clock);
  await clock.advance(3_000);
  expect(fate.value?.job).toEqual(running);
  expect(runtime.calls.filter((call) => call.arn.jobId === "job-99")).toHaveLength(1);
});

test("status calls without end do not stop the polls", async () => {
  const { clock, runtime, watcher } = kit((job) => (job === "waited" ? success : running), {
    maxCallsPerSecond: 10,
  });
  for (let job = 0; job < 10_000; job++) watcher.read(arn(`job-${job}`), me).catch(() => {});
  const fate = new Fate(watcher.wait(arn("waited"), { ...me, timeoutMs: 20_000 }), clock);
  await clock.advance(2_000);
  expect(fate.value?.job).toEqual(success);
  expect(runtime.calls.length).toBeLessThan(30);
});

test("no job starves: with more jobs than the budget can poll, all get their turn", async () => {
  const { clock, runtime, watcher } = kit(running, { maxCallsPerSecond: 10 });
  const jobs = Array.from({ length: 200 }, (_, index) => `job-${index}`);
  for (const job of jobs) void watcher.wait(arn(job), { ...me, timeoutMs: 600_000 });
  await clock.advance(600_000);
  const looks = jobs.map((job) => runtime.calls.filter((call) => call.arn.jobId === job).length);
  expect(Math.max(...looks) - Math.min(...looks)).toBeLessThanOrEqual(3);
  expect(Math.min(...looks)).toBeGreaterThan(20);
  expect(busiestSecond(runtime.calls.slice(-500))).toBeLessThanOrEqual(10);
});

test("a job of which nothing is known comes before the next look at one that runs", async () => {
  const { clock, runtime, watcher } = kit(running, { maxCallsPerSecond: 2 });
  for (let job = 0; job < 60; job++) void watcher.wait(arn(`old-${job}`), { ...me, timeoutMs: 600_000 });
  await clock.advance(60_000);
  expect(watcher.stats().queuedCalls).toBeGreaterThan(30);
  void watcher.wait(arn("new"), { ...me, timeoutMs: 600_000 });
  await clock.advance(2_000);
  expect(runtime.calls.map((call) => call.arn.jobId)).toContain("new");
});

test("cancelling in the queue costs no call, and leaves no timer", async () => {
  const { clock, runtime, watcher } = kit(running, { maxCallsPerSecond: 1 });
  const controller = new AbortController();
  void watcher.read(arn("a"), me);
  const fate = new Fate(watcher.read(arn("b"), { ...me, signal: controller.signal }), clock);
  await clock.advance(200);
  controller.abort();
  await settle();
  expect(fate.code).toBe("cancelled");
  expect(clock.sleeping).toBe(0);
  expect(watcher.stats().queuedCalls).toBe(0);
  await clock.advance(10_000);
  expect(runtime.calls).toHaveLength(1);
});

test("a wait whose turn does not come in its time ends in time", async () => {
  const { clock, watcher } = kit(running, { maxCallsPerSecond: 1 });
  const fates = Array.from(
    { length: 100 },
    (_, job) => new Fate(watcher.wait(arn(`job-${job}`), { ...me, timeoutMs: 10_000 }), clock),
  );
  await clock.advance(10_000);
  expect(fates.every(({ at }) => at !== undefined && at <= 10_000)).toBe(true);
  expect(fates.filter(({ code }) => code === "timeout").length).toBeGreaterThan(80);
  expect(clock.sleeping).toBe(0);
});
