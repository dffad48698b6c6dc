import { expect, test } from "bun:test";
import { onlyCaller } from "../../src/caller.ts";
import { settle } from "../support/fake-clock.ts";
import { arn, failure } from "./fake-runtime.ts";
import { countedSignal, created, kit, running, success } from "./kit.ts";

function subscribed(answerOf: () => Parameters<typeof kit>[0]) {
  const made = kit((jobId, call) => {
    const answer = answerOf();
    return typeof answer === "function" ? answer(jobId, call) : answer;
  });
  const changes: (string | undefined)[] = [];
  const onChange = ({ job }: { readonly job: { readonly status?: string } }) => changes.push(job.status);
  return { ...made, changes, onChange };
}

test("each change of status is told once, and polling stops with the last", async () => {
  let now: Parameters<typeof kit>[0] = created;
  const { changes, clock, onChange, runtime, watcher } = subscribed(() => now);
  const { listeners, signal } = countedSignal();
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange, signal });
  await clock.advance(20_000);
  expect(changes).toEqual([]);
  now = running;
  await clock.advance(60_000);
  expect(changes).toEqual(["InProgress"]);
  now = success;
  await clock.advance(60_000);
  expect(changes).toEqual(["InProgress", "Success"]);
  const calls = runtime.calls.length;
  await clock.advance(3_600_000);
  expect(runtime.calls).toHaveLength(calls);
  expect(clock.sleeping).toBe(0);
  expect(listeners()).toBe(0);
});

test("a change since the caller last asked is told with the first check", async () => {
  let now: Parameters<typeof kit>[0] = created;
  const { changes, clock, onChange, watcher } = subscribed(() => now);
  void watcher.read(arn("a"), { caller: onlyCaller });
  await clock.advance(3_000);
  now = success;
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange });
  await clock.advance(100);
  expect(changes).toEqual(["Success"]);
});

test("a job known to have ended costs no call and tells nothing", async () => {
  const { changes, clock, onChange, runtime, watcher } = subscribed(() => success);
  void watcher.read(arn("a"), { caller: onlyCaller });
  await clock.advance(3_000);
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange });
  await clock.advance(600_000);
  expect(changes).toEqual([]);
  expect(runtime.calls).toHaveLength(1);
  expect(watcher.stats().watchedJobs).toBe(0);
});

test("polling stops when nobody listens any more, at once", async () => {
  const { clock, onChange, runtime, watcher } = subscribed(() => running);
  const controller = new AbortController();
  const leave = watcher.subscribe(arn("a"), { caller: onlyCaller, onChange });
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange, signal: controller.signal });
  await clock.advance(1_000);
  leave();
  leave();
  expect(watcher.stats().watchedJobs).toBe(1);
  controller.abort();
  await settle();
  expect(watcher.stats().watchedJobs).toBe(0);
  expect(clock.sleeping).toBe(0);
  await clock.advance(600_000);
  expect(runtime.calls).toHaveLength(1);
});

test("failures end no subscription and are no change; the pauses grow to a minute", async () => {
  let now: Parameters<typeof kit>[0] = running;
  const { changes, clock, onChange, runtime, watcher } = subscribed(() => now);
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange });
  await clock.advance(1_000);
  for (const code of ["throttled", "login_expired", "access_denied"] as const) {
    now = failure(code);
    await clock.advance(600_000);
  }
  expect(changes).toEqual([]);
  expect(runtime.calls.length).toBeLessThan(45);
  now = success;
  await clock.advance(61_000);
  expect(changes).toEqual(["Success"]);
});

test("a job that ended while the first checks failed is told", async () => {
  let now: Parameters<typeof kit>[0] = failure("network");
  const { changes, clock, onChange, watcher } = subscribed(() => now);
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange });
  await clock.advance(1_000);
  now = success;
  await clock.advance(10_000);
  expect(changes).toEqual(["Success"]);
});

test("a job that ended before the first good check is told, though others had watched it fail before", async () => {
  let now: Parameters<typeof kit>[0] = failure("network");
  const { changes, clock, onChange, watcher } = subscribed(() => now);
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange: () => {} });
  await clock.advance(1_000);
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange });
  now = success;
  await clock.advance(10_000);
  expect(changes).toEqual(["Success"]);
});

test("a subscription that is taken back at once asks nothing", async () => {
  const { clock, onChange, runtime, watcher } = subscribed(() => running);
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange })();
  await clock.advance(60_000);
  expect(runtime.calls).toHaveLength(0);
  expect(clock.sleeping).toBe(0);
});

test("subscriptions and waits on a job share their polls", async () => {
  const { clock, onChange, runtime, watcher } = subscribed(() => running);
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange });
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange });
  void watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs: 300_000 });
  await clock.advance(20_000);
  expect(runtime.calls).toHaveLength(4);
});

test("a job that never was is asked about once, and whoever subscribed is let go", async () => {
  const { changes, clock, onChange, runtime, watcher } = subscribed(() => failure("not_found"));
  const { listeners, signal } = countedSignal();
  let over = 0;
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange, onOver: () => (over += 1), signal });
  await clock.advance(3_600_000);
  expect(over).toBe(1);
  expect(changes).toEqual([]);
  expect(runtime.calls).toHaveLength(1);
  expect(watcher.stats().watchedJobs).toBe(0);
  expect(clock.sleeping).toBe(0);
  expect(listeners()).toBe(0);
});

test("a job that AWS has shown does not cease to exist", async () => {
  let now: Parameters<typeof kit>[0] = running;
  const { changes, clock, onChange, watcher } = subscribed(() => now);
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange });
  await clock.advance(1_000);
  now = failure("not_found");
  await clock.advance(60_000);
  now = success;
  await clock.advance(61_000);
  expect(changes).toEqual(["Success"]);
});

test("an answer without a status is no change", async () => {
  let now: Parameters<typeof kit>[0] = running;
  const { changes, clock, onChange, watcher } = subscribed(() => now);
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange });
  await clock.advance(1_000);
  now = {};
  await clock.advance(20_000);
  now = running;
  await clock.advance(20_000);
  expect(changes).toEqual([]);
});

test("stopping ends subscriptions, and refuses new ones", async () => {
  const { clock, onChange, runtime, watcher } = subscribed(() => running);
  const { listeners, signal } = countedSignal();
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange, signal });
  await clock.advance(1_000);
  watcher.stop();
  watcher.subscribe(arn("b"), { caller: onlyCaller, onChange });
  await clock.advance(60_000);
  expect(runtime.calls).toHaveLength(1);
  expect(clock.sleeping).toBe(0);
  expect(listeners()).toBe(0);
});

test("a listener that throws does not end the watch", async () => {
  let now: Parameters<typeof kit>[0] = created;
  const { clock, runtime, watcher } = subscribed(() => now);
  watcher.subscribe(arn("a"), {
    caller: onlyCaller,
    onChange() {
      throw new Error("the connection is closed");
    },
  });
  await clock.advance(1_000);
  now = running;
  await clock.advance(60_000);
  expect(runtime.calls.length).toBeGreaterThan(4);
});
