import { expect, test } from "bun:test";
import type { JobStatus } from "../../src/aws/runtime-client.ts";
import { onlyCaller } from "../../src/caller.ts";
import { WaitTasks } from "../../src/tools/wait-tasks.ts";
import { settle } from "../support/fake-clock.ts";
import { failure } from "../watcher/fake-runtime.ts";
import { kit, running, success } from "../watcher/kit.ts";

const invocationArn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** A task that waits for a minute and may be asked about for a day. */
async function aTask(job: JobStatus, timeoutSeconds = 60) {
  const { clock, runtime, watcher } = kit(job);
  const now = () => clock.now();
  const tasks = new WaitTasks({ watcher, now, random: () => 0.5, taskSecret: undefined, related: {} });
  const made = await tasks.create({ invocationArn, timeoutSeconds }, dayMs, onlyCaller);
  const taskId = made.ok ? made.value.taskId : "";
  const context = { caller: onlyCaller, signal: new AbortController().signal };
  /** What `tasks/result` comes to once AWS was asked and that much time has passed. */
  const resultAfter = async (milliseconds: number) => {
    let result: unknown;
    void tasks.result(taskId, context).then((answer) => {
      result = answer;
    });
    // The id is read by real work, which this clock knows nothing of.
    while (runtime.calls.length === 0) await settle();
    await clock.advance(milliseconds);
    return result;
  };
  return { clock, context, runtime, resultAfter, taskId, tasks };
}

test.each([-48, -1, 2])("a wall clock that jumps by %p hours does not prolong a task", async (hours) => {
  const { clock, resultAfter } = await aTask(running);
  clock.jump(hours * 60 * minuteMs);
  expect(await resultAfter(minuteMs)).toMatchObject({
    value: { isError: false, structuredContent: { status: "InProgress", waited: { timedOut: true } } },
  });
});

test("a task that is over is looked at once more, however long AWS takes for its answer", async () => {
  const { clock, runtime, resultAfter } = await aTask(success);
  await clock.advance(2 * minuteMs);
  runtime.latencyMs = 5_000;
  expect(await resultAfter(5_000)).toMatchObject({
    value: { isError: false, structuredContent: { status: "Success", waited: { timedOut: false } } },
  });
});

/** AWS takes ten minutes for an answer. */
async function silentTask(timeoutSeconds?: number) {
  const made = await aTask(running, timeoutSeconds);
  made.runtime.latencyMs = 10 * minuteMs;
  return made;
}

test("cancelling ends a task at once, and whoever waits for its result, though AWS does not answer", async () => {
  const { clock, context, runtime, taskId, tasks } = await silentTask();
  const waiting = tasks.result(taskId, context);
  while (runtime.calls.length === 0) await settle();
  const cancelled = await tasks.cancel(taskId, context);
  expect(cancelled).toMatchObject({ ok: true, value: { status: "cancelled" } });
  expect(await waiting).toMatchObject({ ok: false, message: expect.stringContaining("runs on") });
  expect(await tasks.get(taskId, context)).toMatchObject({ value: { status: "cancelled" } });
  expect(runtime.calls).toMatchObject([{ aborted: true }]);
  expect(clock.monotonic()).toBe(0);
});

test("what is over cannot be cancelled: its time is up, it was cancelled before, or the job is known to have ended", async () => {
  const late = await silentTask();
  await late.clock.advance(minuteMs);
  const again = await silentTask();
  await again.tasks.cancel(again.taskId, again.context);
  const ended = await aTask(success);
  await ended.resultAfter(1_000);
  for (const { context, runtime, taskId, tasks } of [late, again, ended]) {
    const calls = runtime.calls.length;
    const refused = { ok: false, message: expect.stringContaining("already: there is nothing to cancel") };
    expect(await tasks.cancel(taskId, context)).toMatchObject(refused);
    expect(runtime.calls.length).toBe(calls);
  }
});

test.each([
  [60, 3_000],
  [4, 2_000],
  [1, 500],
])(
  "a task of %p s is handed out as working after %p ms where AWS keeps silent",
  async (timeoutSeconds, milliseconds) => {
    const { clock, context, runtime, taskId, tasks } = await silentTask(timeoutSeconds);
    let looked: unknown;
    void tasks.firstLook(taskId, context).then((answer) => {
      looked = answer;
    });
    while (runtime.calls.length === 0) await settle();
    await clock.advance(milliseconds - 1);
    expect(looked).toBeUndefined();
    await clock.advance(1);
    const statusMessage = "AWS has not answered yet.";
    expect(looked).toMatchObject({ value: { taskId, status: "working", statusMessage } });
    expect(clock.sleeping).toBe(0);
  },
);

test("a first look that fails otherwise says so: there is nothing to wait for", async () => {
  const { clock, watcher } = kit(failure("access_denied"));
  const tasks = new WaitTasks({
    watcher,
    now: () => clock.now(),
    random: () => 0.5,
    taskSecret: undefined,
    related: {},
  });
  const made = await tasks.create({ invocationArn }, dayMs, onlyCaller);
  const context = { caller: onlyCaller, signal: new AbortController().signal };
  const looking = tasks.firstLook(made.ok ? made.value.taskId : "", context);
  while (clock.sleeping < 2) await settle();
  await clock.advance(1_000);
  expect(await looking).toMatchObject({ value: { status: "failed" } });
});

test("nobody is told to ask again later than the task may be asked about", async () => {
  const { tasks } = await aTask(running);
  const made = await tasks.create({ invocationArn }, 3_000, onlyCaller);
  expect(made).toMatchObject({ value: { ttl: 3_000, pollInterval: 3_000 } });
});
