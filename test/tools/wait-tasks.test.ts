import { expect, test } from "bun:test";
import type { JobStatus } from "../../src/aws/runtime-client.ts";
import { onlyCaller } from "../../src/caller.ts";
import { WaitTasks } from "../../src/tools/wait-tasks.ts";
import { settle } from "../support/fake-clock.ts";
import { kit, running, success } from "../watcher/kit.ts";

const invocationArn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** A task that waits for a minute and may be asked about for a day. */
async function aTask(job: JobStatus) {
  const { clock, runtime, watcher } = kit(job);
  const now = () => clock.now();
  const tasks = new WaitTasks({ watcher, now, random: () => 0.5, taskSecret: undefined, related: {} });
  const made = await tasks.create({ invocationArn, timeoutSeconds: 60 }, dayMs, onlyCaller);
  const context = { caller: onlyCaller, signal: new AbortController().signal };
  /** What `tasks/result` comes to once AWS was asked and that much time has passed. */
  const resultAfter = async (milliseconds: number) => {
    let result: unknown;
    void tasks.result(made.ok ? made.value.taskId : "", context).then((answer) => {
      result = answer;
    });
    // The id is read by real work, which this clock knows nothing of.
    while (runtime.calls.length === 0) await settle();
    await clock.advance(milliseconds);
    return result;
  };
  return { clock, runtime, resultAfter };
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
