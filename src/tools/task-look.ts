import { CallError } from "../aws/call-error.ts";
import type { TaskFacts } from "../jobs/task-id.ts";
import { mayPass } from "../jobs/watcher/failures.ts";
import { isTerminal } from "../jobs/watcher/reading.ts";
import type { JobWatcher, ReadOptions } from "../jobs/watcher/watcher.ts";
import { answerFailure } from "./failure-answer.ts";
import {
  deadlineOf,
  describeTask,
  noteFailure,
  type ReadTask,
  secondMs,
  stopping,
  type WaitTask,
  type WaitTaskAnswer,
  type WaitTaskContext,
} from "./wait-task.ts";

/** With `timeoutMs`, AWS's silence is no failure: the task goes on without its answer. */
export type LookContext = WaitTaskContext & Pick<ReadOptions, "timeoutMs">;

/** How long whoever begins a task waits for AWS: not all of a short wait, or its time is up when it is handed out. */
export function firstLookMs({ timeoutSeconds }: TaskFacts): number {
  return Math.min(3 * secondMs, (timeoutSeconds * secondMs) / 2);
}

/** How a task stands that nobody has cancelled, by what AWS says of its job. */
export async function lookAtTask(
  taskId: string,
  { arn, facts }: ReadTask,
  context: LookContext,
  parts: { readonly watcher: Pick<JobWatcher, "read">; readonly now: () => number },
): Promise<WaitTaskAnswer<WaitTask>> {
  const now = parts.now();
  try {
    const { job, observedAt } = await parts.watcher.read(arn, context);
    const ended = isTerminal(job);
    const timeUp = now >= deadlineOf(facts);
    const words = `AWS says ${job.status ?? "no status"}.`;
    const message = ended ? `The job has ended. ${words}` : timeUp ? `The time is up. ${words}` : words;
    return {
      ok: true,
      value: describeTask(taskId, facts, observedAt, ended || timeUp ? "completed" : "working", message),
    };
  } catch (thrown) {
    if (!(thrown instanceof CallError)) throw thrown;
    const silent = context.timeoutMs !== undefined && thrown.code === "timeout";
    if (!silent) noteFailure(context.notes, thrown);
    if (thrown.code === "cancelled") return stopping;
    const text = silent ? "AWS has not answered yet." : answerFailure(thrown, arn).text;
    const status = now < deadlineOf(facts) && mayPass(thrown, false) ? "working" : "failed";
    return { ok: true, value: describeTask(taskId, facts, now, status, text) };
  }
}
