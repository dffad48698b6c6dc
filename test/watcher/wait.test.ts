import { expect, test } from "bun:test";
import type { CallErrorCode } from "../../src/aws/call-error.ts";
import { onlyCaller } from "../../src/caller.ts";
import { callerNamed } from "../support/caller.ts";
import { settle } from "../support/fake-clock.ts";
import { type Answer, arn, failure } from "./fake-runtime.ts";
import { countedSignal, created, Fate, kit, patient, running, success } from "./kit.ts";

/** An AWS whose job ends when this many milliseconds have passed. */
const endsAt = (kitClock: () => number, at: number) => () => (kitClock() >= at ? success : running);

function waitingKit(answer: (now: number) => Answer, options: Parameters<typeof kit>[1] = {}) {
  let now = () => 0;
  const made = kit(() => answer(now()), options);
  now = () => made.clock.monotonic();
  return made;
}

test("a job that has ended is answered with the first check", async () => {
  const { clock, runtime, watcher } = kit(success);
  const fate = new Fate(watcher.wait(arn("a"), patient), clock);
  await clock.advance(100);
  expect(fate.value).toMatchObject({
    job: success,
    waited: { seconds: 0.1, checks: 1, failedChecks: 0, timedOut: false, stopped: false },
  });
  expect(fate.value).not.toHaveProperty("lastFailure");
  await clock.advance(600_000);
  expect(runtime.calls).toHaveLength(1);
  expect(clock.sleeping).toBe(0);
});

test("a wait returns within one pace of the job's end", async () => {
  const { clock, watcher } = waitingKit((now) => endsAt(() => now, 13_000)());
  const fate = new Fate(watcher.wait(arn("a"), patient), clock);
  await clock.advance(60_000);
  expect(fate.value?.job).toEqual(success);
  expect(fate.at).toBeLessThan(13_000 + 6_000);
  expect(clock.sleeping).toBe(0);
});

test("it looks after 5 s at the soonest, and less often as the job ages, but every 30 s", async () => {
  const { clock, runtime, watcher } = kit(running);
  void watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs: 3_600_000 });
  await clock.advance(3_590_000);
  const starts = runtime.calls.map(({ startedAt }) => startedAt);
  const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
  expect(gaps[0]).toBeLessThan(6_000);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5_000);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(30_100);
  expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
});

test("when the time is up it answers with the latest status, as a result", async () => {
  const { clock, watcher } = kit(created);
  const fate = new Fate(watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs: 25_000 }), clock);
  await clock.advance(25_000);
  expect(fate.at).toBe(25_000);
  expect(fate.value).toMatchObject({ job: created, waited: { seconds: 25, timedOut: true, stopped: false } });
  expect(clock.sleeping).toBe(0);
});

test("an old job is looked at once more shortly before the time is up", async () => {
  let ended = false;
  const { clock, runtime, watcher } = kit(() => ({
    status: ended ? "Success" : "InProgress",
    jobSubmissionTime: "2026-01-02T00:00:00.000Z",
  }));
  const fate = new Fate(watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs: 20_000 }), clock);
  await clock.advance(10_000);
  ended = true;
  await clock.advance(10_000);
  expect(runtime.calls).toHaveLength(2);
  expect(fate.value?.job.status).toBe("Success");
});

test("a wait ends at its time though the last check hangs", async () => {
  const { clock, runtime, watcher } = kit(running);
  const fate = new Fate(watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs: 20_000 }), clock);
  await clock.advance(4_000);
  runtime.latencyMs = 60_000;
  await clock.advance(16_000);
  expect(fate.at).toBe(20_000);
  expect(fate.value).toMatchObject({ job: running, waited: { timedOut: true } });
  expect(runtime.calls.at(-1)?.aborted).toBe(true);
  expect(clock.sleeping).toBe(0);
});

test("a wait that learns nothing in its time says so", async () => {
  const { clock, runtime, watcher } = kit(running);
  runtime.latencyMs = 60_000;
  const fate = new Fate(watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs: 5_000 }), clock);
  await clock.advance(5_000);
  expect(fate.at).toBe(5_000);
  expect(fate.thrown).toMatchObject({ code: "timeout", facts: { timeoutMs: 5_000 } });
  expect(clock.sleeping).toBe(0);
});

test("a wall clock that jumps neither ends nor prolongs a wait, nor holds back its checks", async () => {
  const { clock, runtime, watcher } = kit(running);
  const fate = new Fate(watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs: 60_000 }), clock);
  for (const jump of [86_400_000, -172_800_000, 1_000_000_000_000, -2_000_000_000_000, 0, 0]) {
    await clock.advance(9_999);
    expect(fate.at).toBeUndefined();
    clock.jump(jump);
  }
  await clock.advance(6);
  expect(fate.at).toBe(60_000);
  expect(fate.value?.waited).toMatchObject({ seconds: 60, timedOut: true });
  expect(runtime.calls.length).toBeGreaterThanOrEqual(5);
});

const passing: [CallErrorCode, number?][] = [
  ["throttled"],
  ["service_fault"],
  ["network"],
  ["name_not_resolved"],
  ["timeout"],
  ["not_json", 502],
  ["unknown_aws_error", 503],
];
for (const [code, httpStatus] of passing) {
  test(`${code} does not end a wait, and is told with its result`, async () => {
    const failures = failure(code, httpStatus === undefined ? {} : { httpStatus });
    const { clock, watcher } = waitingKit((now) => (now < 12_000 ? failures : success));
    const fate = new Fate(watcher.wait(arn("a"), patient), clock);
    await clock.advance(60_000);
    expect(fate.value?.job).toEqual(success);
    expect(fate.value?.lastFailure).toBe(failures);
    expect(fate.value?.waited).toMatchObject({ checks: 3, failedChecks: 2, timedOut: false });
  });
}

const lasting: [CallErrorCode, number?][] = [
  ["validation"],
  ["access_denied"],
  ["not_found"],
  ["unknown_key"],
  ["bad_signature"],
  ["expired_token"],
  ["clock_skew"],
  ["no_credentials"],
  ["login_expired"],
  ["credentials_failed"],
  ["runtime_permission"],
  ["configuration"],
  ["tls"],
  ["redirect"],
  ["not_json", 200],
  ["unknown_aws_error", 400],
];
for (const [code, httpStatus] of lasting) {
  test(`${code} ends a wait at once: somebody has to act first`, async () => {
    const failures = failure(code, httpStatus === undefined ? {} : { httpStatus });
    const { clock, watcher } = kit(failures);
    const fate = new Fate(watcher.wait(arn("a"), patient), clock);
    await clock.advance(100);
    expect(fate.thrown).toBe(failures);
    expect(clock.sleeping).toBe(0);
  });
}

test("a login that expires in the middle of a wait ends it with the remedy, not with the last status", async () => {
  const { clock, watcher } = waitingKit((now) => (now < 8_000 ? running : failure("login_expired")));
  const fate = new Fate(watcher.wait(arn("a"), patient), clock);
  await clock.advance(60_000);
  expect(fate.code).toBe("login_expired");
});

test("credentials that cannot be had in passing do not end a wait; a login that is needed does", async () => {
  const { clock, runtime, watcher } = kit(success);
  const { credentialKey } = runtime;
  runtime.credentialKey = () => Promise.reject(failure("network"));
  const waited = new Fate(watcher.wait(arn("a"), patient), clock);
  await clock.advance(8_000);
  runtime.credentialKey = credentialKey;
  await clock.advance(30_000);
  expect(waited.value?.job).toEqual(success);
  expect(waited.value?.lastFailure?.code).toBe("network");
  runtime.credentialKey = () => Promise.reject(failure("login_expired"));
  const refused = new Fate(watcher.wait(arn("a"), patient), clock);
  await clock.advance(100);
  expect(refused.code).toBe("login_expired");
  expect(clock.sleeping).toBe(0);
});

test("credentials that take for ever do not keep a wait past its time", async () => {
  const { clock, runtime, watcher } = kit(success);
  runtime.credentialKey = () => new Promise(() => {});
  const fate = new Fate(watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs: 5_000 }), clock);
  await clock.advance(5_000);
  expect(fate.at).toBe(5_000);
  expect(fate.code).toBe("timeout");
  expect(clock.sleeping).toBe(0);
});

test("a wait is not told what AWS told other credentials", async () => {
  const { clock, runtime, watcher } = kit((_, { credentials }) =>
    credentials === "AKIAFIRST" ? running : failure("access_denied"),
  );
  void watcher.wait(arn("a"), patient).catch(() => {});
  await clock.advance(1_000);
  runtime.credentials = "AKIASECOND";
  const fate = new Fate(watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs: 2_000 }), clock);
  await clock.advance(2_000);
  expect(fate.code).toBe("access_denied");
});

test("credentials that change and change back mix up nothing", async () => {
  const { clock, runtime, watcher } = kit((_, { credentials }) => ({ errorType: credentials }));
  void watcher.wait(arn("a"), patient);
  await clock.advance(1_000);
  runtime.credentials = "AKIASECOND";
  await clock.advance(4_150);
  runtime.credentials = "AKIAFIRST";
  // Joins while a check with the second is under way, and again after it.
  const during = new Fate(watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs: 2_000 }), clock);
  await clock.advance(3_000);
  expect(during.value?.job.errorType).toBe("AKIAFIRST");
  runtime.credentials = "AKIASECOND";
  await clock.advance(4_000);
  runtime.credentials = "AKIAFIRST";
  const after = new Fate(watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs: 500 }), clock);
  await clock.advance(1_000);
  expect(after.value).toBeUndefined();
});

test("a wait that joins another starts from what that one knows", async () => {
  const { clock, runtime, watcher } = kit(running);
  void watcher.wait(arn("a"), patient);
  await clock.advance(2_000);
  const fate = new Fate(watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs: 1_000 }), clock);
  await clock.advance(1_000);
  expect(fate.value).toMatchObject({ job: running, waited: { checks: 1, timedOut: true } });
  expect(runtime.calls).toHaveLength(1);
});

test("a failure that has passed does not slow down the next checks", async () => {
  const { clock, runtime, watcher } = waitingKit((now) =>
    (now > 4_000 && now < 12_000) || (now > 25_000 && now < 27_000) ? failure("network") : created,
  );
  void watcher.wait(arn("a"), patient);
  await clock.advance(60_000);
  const starts = runtime.calls.map(({ startedAt }) => Math.round(startedAt / 1_000));
  expect(starts).toEqual([0, 5, 10, 20, 25, 31, 36, 41, 46, 51, 57]);
});

test("a job that AWS has shown and then does not find is a lagging replica, not an end", async () => {
  const { clock, watcher } = waitingKit((now) =>
    now < 3_000 ? running : now < 9_000 ? failure("not_found") : success,
  );
  const fate = new Fate(watcher.wait(arn("a"), patient), clock);
  await clock.advance(60_000);
  expect(fate.value?.job).toEqual(success);
  expect(fate.value?.lastFailure?.code).toBe("not_found");
});

test("a fault of this program is not taken for an answer", async () => {
  const { clock, watcher } = kit(() => {
    throw new TypeError("a bug");
  });
  const fate = new Fate(watcher.wait(arn("a"), patient), clock);
  await clock.advance(100);
  expect(fate.thrown).toBeInstanceOf(TypeError);
});

test("when every check failed until the time was up, the last failure is thrown", async () => {
  const { clock, runtime, watcher } = waitingKit((now) => failure(now < 4_000 ? "network" : "throttled"));
  const fate = new Fate(watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs: 25_000 }), clock);
  await clock.advance(25_000);
  expect(fate.at).toBe(25_000);
  expect(fate.code).toBe("throttled");
  expect(runtime.calls.length).toBeGreaterThan(2);
});

test("a status known before the checks failed is what a wait ends with", async () => {
  const { clock, watcher } = waitingKit((now) => (now < 4_000 ? running : failure("network")));
  const fate = new Fate(watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs: 25_000 }), clock);
  await clock.advance(25_000);
  expect(fate.value).toMatchObject({ job: running, waited: { timedOut: true } });
  expect(fate.value?.lastFailure?.code).toBe("network");
});

test("cancelling ends a wait at once, and the call to AWS with it", async () => {
  const { clock, runtime, watcher } = kit(running);
  const { abort, listeners, signal } = countedSignal();
  const fate = new Fate(watcher.wait(arn("a"), { ...patient, signal }), clock);
  await clock.advance(50);
  abort();
  await settle();
  expect(fate.code).toBe("cancelled");
  expect(runtime.calls[0]?.aborted).toBe(true);
  expect(clock.sleeping).toBe(0);
  expect(listeners()).toBe(0);
  await clock.advance(60_000);
  expect(runtime.calls).toHaveLength(1);
});

test("cancelling between two checks ends a wait at once; others go on", async () => {
  const { clock, runtime, watcher } = waitingKit((now) => (now < 12_000 ? running : success));
  const leaver = countedSignal();
  const left = new Fate(watcher.wait(arn("a"), { ...patient, signal: leaver.signal }), clock);
  const stayed = new Fate(watcher.wait(arn("a"), patient), clock);
  await clock.advance(3_000);
  leaver.abort();
  await settle();
  expect(left.code).toBe("cancelled");
  await clock.advance(60_000);
  expect(stayed.value?.job).toEqual(success);
  expect(runtime.calls).toHaveLength(4);
});

test("listeners and timers are gone after a wait that ended well", async () => {
  const { clock, watcher } = waitingKit((now) => (now < 12_000 ? running : success));
  const { listeners, signal } = countedSignal();
  void watcher.wait(arn("a"), { ...patient, signal, onProgress: () => {} });
  await clock.advance(60_000);
  expect(listeners()).toBe(0);
  expect(clock.sleeping).toBe(0);
  expect(watcher.stats()).toMatchObject({ openWaits: 0, watchedJobs: 0, queuedCalls: 0 });
});

test("1,000 waits on one job cost the calls of one", async () => {
  const callsOf = async (waits: number, apartMs: number) => {
    const { clock, runtime, watcher } = waitingKit((now) => (now < 90_000 ? running : success));
    const fates = [];
    for (let wait = 0; wait < waits; wait++) {
      fates.push(new Fate(watcher.wait(arn("a"), patient), clock));
      await clock.advance(apartMs);
    }
    await clock.advance(120_000);
    expect(fates.every(({ value }) => value?.job.status === "Success")).toBe(true);
    return runtime.calls.length;
  };
  const ofOne = await callsOf(1, 0);
  expect(await callsOf(1_000, 0)).toBe(ofOne);
  expect(await callsOf(1_000, 50)).toBe(ofOne);
});

test("a wait learns from a status call of the same caller, and waits its pace from then", async () => {
  const { clock, runtime, watcher } = waitingKit((now) => (now < 3_000 ? running : success));
  const fate = new Fate(watcher.wait(arn("a"), patient), clock);
  await clock.advance(3_500);
  void watcher.read(arn("a"), { caller: onlyCaller });
  await clock.advance(100);
  expect(fate.at).toBe(3_600);
  expect(fate.value).toMatchObject({ job: success, waited: { checks: 2 } });
  await clock.advance(60_000);
  expect(runtime.calls).toHaveLength(2);
});

test("a wait learns nothing from another caller", async () => {
  const { clock, watcher } = waitingKit((now) => (now < 3_000 ? running : success));
  const fate = new Fate(watcher.wait(arn("a"), { ...patient, caller: callerNamed("alice") }), clock);
  await clock.advance(3_500);
  void watcher.read(arn("a"), { caller: callerNamed("bob") });
  await clock.advance(100);
  expect(fate.at).toBeUndefined();
});

test("a wait that joins a failing watch is not kept waiting by its long pauses", async () => {
  const { clock, watcher } = waitingKit((now) => (now < 200_000 ? failure("network") : success));
  watcher.subscribe(arn("a"), { caller: onlyCaller, onChange: () => {} });
  await clock.advance(206_000);
  const fate = new Fate(watcher.wait(arn("a"), patient), clock);
  await clock.advance(5_100);
  expect(fate.value?.job).toEqual(success);
});

test("stopping answers a wait at once with the latest status", async () => {
  const { clock, watcher } = kit(running);
  const { listeners, signal } = countedSignal();
  const known = new Fate(watcher.wait(arn("a"), { ...patient, signal }), clock);
  await clock.advance(2_000);
  const unknown = new Fate(watcher.wait(arn("b"), patient), clock);
  await settle();
  watcher.stop();
  const late = new Fate(watcher.wait(arn("c"), patient), clock);
  await settle();
  expect(known.at).toBe(2_000);
  expect(known.value).toMatchObject({ job: running, waited: { timedOut: false, stopped: true } });
  expect([unknown.code, late.code]).toEqual(["cancelled", "cancelled"]);
  expect(clock.sleeping).toBe(0);
  expect(listeners()).toBe(0);
});

test("draining answers a wait at once, or with its first status", async () => {
  const { clock, watcher } = kit(running);
  const known = new Fate(watcher.wait(arn("a"), patient), clock);
  await clock.advance(2_000);
  const unknown = new Fate(watcher.wait(arn("b"), patient), clock);
  await settle();
  watcher.drain();
  const late = new Fate(watcher.wait(arn("c"), patient), clock);
  await clock.advance(100);
  expect(known.at).toBe(2_000);
  for (const { at, value } of [unknown, late]) {
    expect(at).toBe(2_100);
    expect(value).toMatchObject({ job: running, waited: { timedOut: false, stopped: true } });
  }
  expect(clock.sleeping).toBe(0);
});

for (const timeoutMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
  test(`a time of ${timeoutMs} is refused, and nothing polled`, async () => {
    const { clock, runtime, watcher } = kit(running);
    const fate = new Fate(watcher.wait(arn("a"), { caller: onlyCaller, timeoutMs }), clock);
    await clock.advance(1_000);
    expect(fate.thrown).toBeInstanceOf(RangeError);
    expect(runtime.calls).toHaveLength(0);
  });
}
