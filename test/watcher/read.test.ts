import { expect, test } from "bun:test";
import { onlyCaller } from "../../src/caller.ts";
import { callerNamed } from "../support/caller.ts";
import { settle } from "../support/fake-clock.ts";
import { arn, failure } from "./fake-runtime.ts";
import { countedSignal, Fate, kit, running, success } from "./kit.ts";

const me = { caller: onlyCaller };

test("asking about a job a hundred times at once makes one call to AWS", async () => {
  const { clock, runtime, watcher } = kit(running);
  const asked = Array.from({ length: 100 }, () => watcher.read(arn("a"), me));
  await clock.advance(100);
  const answers = await Promise.all(asked);
  expect(runtime.calls).toHaveLength(1);
  expect(answers.map(({ job }) => job)).toEqual(asked.map(() => running));
  expect(answers.filter(({ shared }) => shared)).toHaveLength(99);
});

test("a running job's answer is given again for a second, by a clock that does not jump", async () => {
  const { clock, runtime, watcher } = kit(running);
  const first = new Fate(watcher.read(arn("a"), me), clock);
  await clock.advance(100);
  clock.jump(-3_600_000);
  await clock.advance(1_000);
  const second = await watcher.read(arn("a"), me);
  expect(second.observedAt).toBe(first.value?.observedAt ?? 0);
  expect(second.shared).toBe(true);
  await clock.advance(1);
  clock.jump(3_600_000);
  void watcher.read(arn("a"), me);
  await clock.advance(100);
  expect(runtime.calls).toHaveLength(2);
});

for (const status of ["Success", "ServiceError", "ClientError"]) {
  test(`${status} is final: AWS is never asked again`, async () => {
    const { clock, runtime, watcher } = kit({ status });
    void watcher.read(arn("a"), me);
    await clock.advance(3_600_000);
    expect(await watcher.read(arn("a"), me)).toMatchObject({ job: { status }, shared: true });
    expect(runtime.calls).toHaveLength(1);
  });
}

for (const job of [{}, { status: "Created" }, { status: "COMPLETED" }, { status: "success" }]) {
  test(`${job.status ?? "no status"} is not final`, async () => {
    const { clock, runtime, watcher } = kit(job);
    void watcher.read(arn("a"), me);
    await clock.advance(2_000);
    void watcher.read(arn("a"), me);
    await clock.advance(2_000);
    expect(runtime.calls).toHaveLength(2);
  });
}

test("what was used longest ago is forgotten first", async () => {
  const { clock, runtime, watcher } = kit(success, { maxRemembered: 2 });
  for (const job of ["a", "b", "a", "c", "a", "b"]) {
    void watcher.read(arn(job), me);
    await clock.advance(200);
  }
  expect(runtime.calls.map((call) => call.arn.jobId)).toEqual(["a", "b", "c", "b"]);
});

test("an answer with a novel in it is not kept in memory", async () => {
  const { clock, runtime, watcher } = kit({ status: "ClientError", errorMessage: "x".repeat(100_000) });
  void watcher.read(arn("a"), me);
  await clock.advance(200);
  void watcher.read(arn("a"), me);
  await clock.advance(200);
  expect(runtime.calls).toHaveLength(2);
});

test("callers share nothing, whether at the same time or later", async () => {
  const { clock, runtime, watcher } = kit(success);
  void watcher.read(arn("a"), { caller: callerNamed("alice") });
  void watcher.read(arn("a"), { caller: callerNamed("bob") });
  await clock.advance(200);
  void watcher.read(arn("a"), { caller: callerNamed("carol") });
  await clock.advance(200);
  expect(runtime.calls).toHaveLength(3);
});

test("credentials share nothing, whether at the same time or later", async () => {
  const { clock, runtime, watcher } = kit(success);
  void watcher.read(arn("a"), me);
  await settle();
  runtime.credentials = "AKIASECOND";
  void watcher.read(arn("a"), me);
  await clock.advance(200);
  runtime.credentials = "AKIATHIRD";
  void watcher.read(arn("a"), me);
  await clock.advance(200);
  expect(runtime.calls.map((call) => call.credentials)).toEqual(["AKIAFIRST", "AKIASECOND", "AKIATHIRD"]);
});

test("an answer belongs to the credentials that it was got with, though they changed in the queue", async () => {
  const { clock, runtime, watcher } = kit(
    (_, { credentials }) => (credentials === "AKIASECOND" ? success : failure("access_denied")),
    { maxCallsPerSecond: 1 },
  );
  void watcher.read(arn("other"), me).catch(() => {});
  void watcher.read(arn("a"), me);
  await settle();
  runtime.credentials = "AKIASECOND";
  await clock.advance(2_000);
  runtime.credentials = "AKIAFIRST";
  const again = new Fate(watcher.read(arn("a"), me), clock);
  await clock.advance(2_000);
  expect(again.code).toBe("access_denied");
});

test("nobody joins a call that is made with other credentials than it was queued with", async () => {
  const { clock, runtime, watcher } = kit(
    (_, { credentials }) => ({ status: "Success", errorType: credentials }),
    { maxCallsPerSecond: 1 },
  );
  void watcher.read(arn("other"), me);
  const first = new Fate(watcher.read(arn("a"), me), clock);
  await clock.advance(500);
  runtime.credentials = "AKIASECOND";
  await clock.advance(550);
  runtime.credentials = "AKIAFIRST";
  const second = new Fate(watcher.read(arn("a"), me), clock);
  await clock.advance(3_000);
  expect(first.value?.job.errorType).toBe("AKIASECOND");
  expect(second.value?.job.errorType).toBe("AKIAFIRST");
});

test("it counts who was served how, and who waits still", async () => {
  const { clock, watcher } = kit(running);
  for (let asker = 0; asker < 5; asker++) void watcher.read(arn("a"), me);
  await clock.advance(50);
  expect(watcher.stats()).toMatchObject({ calls: 1, openAsks: 5 });
  await clock.advance(100);
  void watcher.read(arn("a"), me);
  await settle();
  expect(watcher.stats()).toMatchObject({ calls: 1, sharedAnswers: 4, rememberedAnswers: 1, openAsks: 0 });
});

test("a failure is told to all who asked together, and to nobody later", async () => {
  let down = true;
  const { clock, runtime, watcher } = kit(() => (down ? failure("service_fault") : success));
  const fates = [1, 2, 3].map(() => new Fate(watcher.read(arn("a"), me), clock));
  await clock.advance(100);
  expect(fates.map(({ code }) => code)).toEqual(["service_fault", "service_fault", "service_fault"]);
  down = false;
  const later = new Fate(watcher.read(arn("a"), me), clock);
  await clock.advance(100);
  expect(later.value?.job).toEqual(success);
  expect(runtime.calls).toHaveLength(2);
});

test("who cancels is let go at once; the others get their answer", async () => {
  const { clock, runtime, watcher } = kit(running);
  const leaver = countedSignal();
  const stayer = countedSignal();
  const left = new Fate(watcher.read(arn("a"), { ...me, signal: leaver.signal }), clock);
  const stayed = new Fate(watcher.read(arn("a"), { ...me, signal: stayer.signal }), clock);
  await clock.advance(50);
  leaver.abort();
  await settle();
  expect(left.code).toBe("cancelled");
  await clock.advance(50);
  expect(stayed.value?.job).toEqual(running);
  expect(runtime.calls).toHaveLength(1);
  expect(runtime.calls[0]?.aborted).toBeUndefined();
  expect([leaver.listeners(), stayer.listeners()]).toEqual([0, 0]);
});

test("when all have cancelled, the call to AWS is ended", async () => {
  const { clock, runtime, watcher } = kit(running);
  const controllers = [new AbortController(), new AbortController()];
  const fates = controllers.map(({ signal }) => new Fate(watcher.read(arn("a"), { ...me, signal }), clock));
  await clock.advance(50);
  for (const controller of controllers) controller.abort();
  await settle();
  expect(fates.map(({ code }) => code)).toEqual(["cancelled", "cancelled"]);
  expect(runtime.calls[0]?.aborted).toBe(true);
  expect(clock.sleeping).toBe(0);
  const next = new Fate(watcher.read(arn("a"), me), clock);
  await clock.advance(100);
  expect(next.value?.job).toEqual(running);
});

test("who cancels while the credentials are fetched is let go at once, and nothing is called", async () => {
  const { clock, runtime, watcher } = kit(running);
  runtime.credentialKey = () => new Promise(() => {});
  const { abort, listeners, signal } = countedSignal();
  const fate = new Fate(watcher.read(arn("a"), { ...me, signal }), clock);
  await settle();
  abort();
  await settle();
  expect(fate.code).toBe("cancelled");
  expect(listeners()).toBe(0);
  expect(runtime.calls).toHaveLength(0);
});

test("a signal that has aborted already calls nothing", async () => {
  const { clock, runtime, watcher } = kit(running);
  const fate = new Fate(watcher.read(arn("a"), { ...me, signal: AbortSignal.abort() }), clock);
  await clock.advance(1_000);
  expect(fate.code).toBe("cancelled");
  expect(runtime.calls).toHaveLength(0);
});

test("stopping ends every read at once, and refuses new ones", async () => {
  const { clock, runtime, watcher } = kit(running);
  const before = new Fate(watcher.read(arn("a"), me), clock);
  await clock.advance(50);
  watcher.stop();
  const after = new Fate(watcher.read(arn("b"), me), clock);
  await settle();
  expect([before.code, after.code]).toEqual(["cancelled", "cancelled"]);
  expect(runtime.calls).toHaveLength(1);
  expect(runtime.calls[0]?.aborted).toBe(true);
  expect(clock.sleeping).toBe(0);
});

test("draining lets reads go on", async () => {
  const { clock, watcher } = kit(running);
  const before = new Fate(watcher.read(arn("a"), me), clock);
  watcher.drain();
  const after = new Fate(watcher.read(arn("b"), me), clock);
  await clock.advance(200);
  expect([before.value?.job, after.value?.job]).toEqual([running, running]);
});
