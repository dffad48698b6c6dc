import { expect, test } from "bun:test";
import { onlyCaller } from "../../src/caller.ts";
import { callerNamed } from "../support/caller.ts";
import { arn, failure } from "./fake-runtime.ts";
import { kit, patient, running } from "./kit.ts";

const ids = (arns: readonly { readonly jobId: string }[]) => arns.map(({ jobId }) => jobId);

test("the jobs that a caller asked about are remembered, the latest first", async () => {
  const { clock, watcher } = kit(running);
  void watcher.read(arn("a"), { caller: onlyCaller });
  void watcher.wait(arn("b"), patient);
  watcher.subscribe(arn("c"), { caller: onlyCaller, onChange: () => {} });
  void watcher.read(arn("a"), { caller: onlyCaller });
  await clock.advance(60_000);
  expect(ids(watcher.seen(onlyCaller))).toEqual(["a", "c", "b"]);
});

test("nobody sees what another caller asked about", async () => {
  const { clock, watcher } = kit(running);
  void watcher.read(arn("a"), { caller: callerNamed("alice") });
  await clock.advance(200);
  expect(ids(watcher.seen(callerNamed("alice")))).toEqual(["a"]);
  expect(watcher.seen(callerNamed("bob"))).toEqual([]);
  expect(watcher.seen(onlyCaller)).toEqual([]);
});

for (const code of ["not_found", "validation"] as const) {
  test(`a job that AWS answers with ${code} is not proposed again`, async () => {
    const { clock, watcher } = kit(failure(code));
    watcher.read(arn("typo"), { caller: onlyCaller }).catch(() => {});
    await clock.advance(200);
    expect(watcher.seen(onlyCaller)).toEqual([]);
  });
}

test("a job whose check failed otherwise is still one that was asked about", async () => {
  const { clock, watcher } = kit(failure("login_expired"));
  watcher.read(arn("a"), { caller: onlyCaller }).catch(() => {});
  await clock.advance(200);
  expect(ids(watcher.seen(onlyCaller))).toEqual(["a"]);
});

test("it is bounded, for a caller and for callers", async () => {
  const { clock, watcher } = kit(running, { maxCallsPerSecond: 100_000 });
  for (let job = 0; job < 1_000; job++) void watcher.read(arn(`job-${job}`), { caller: callerNamed("busy") });
  await clock.advance(200);
  expect(watcher.seen(callerNamed("busy"))).toHaveLength(200);
  expect(watcher.seen(callerNamed("busy"))[0]?.jobId).toBe("job-999");
  for (let caller = 0; caller < 1_500; caller++)
    void watcher.read(arn("a"), { caller: callerNamed(`caller-${caller}`) });
  await clock.advance(200);
  expect(watcher.seen(callerNamed("caller-0"))).toEqual([]);
  expect(watcher.seen(callerNamed("caller-1499"))).toHaveLength(1);
});

test("of ten thousand callers the latest thousand are remembered", async () => {
  const { clock, watcher } = kit(running);
  const callers = Array.from({ length: 10_000 }, (_, index) => callerNamed(`caller-${index}`));
  for (const caller of callers) void watcher.read(arn(caller.id), { caller });
  await clock.advance(200);
  const remembered = callers.filter((caller) => watcher.seen(caller).length > 0);
  expect(remembered).toEqual(callers.slice(-1_000));
  expect(watcher.stats()).toMatchObject({ calls: 10_000, openAsks: 0, queuedCalls: 0, watchedJobs: 0 });
});
