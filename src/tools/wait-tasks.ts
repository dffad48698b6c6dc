import type { InvocationArn } from "../aws/arn.ts";
import { CallError } from "../aws/call-error.ts";
import type { Caller } from "../caller.ts";
import type { TaskFacts } from "../jobs/task-id.ts";
import { isTerminal } from "../jobs/watcher/reading.ts";
import type { JobWatcher, WaitOptions, WaitResult } from "../jobs/watcher/watcher.ts";
import type { CallNotes } from "../observer.ts";
import { CancelledTasks } from "./cancelled-tasks.ts";
import { answerFailure } from "./failure-answer.ts";
import { OpenResults } from "./open-results.ts";
import { TaskIds, type TaskIdsParts } from "./task-ids.ts";
import { firstLookMs, type LookContext, lookAtTask } from "./task-look.ts";
import { readTaskRequest } from "./task-request.ts";
import type { ToolAnswer } from "./tool.ts";
import { type WaitToolParts, waitAnswer } from "./wait-for-data-automation-job.ts";
import {
  cancelWords,
  deadlineOf,
  describeTask,
  noteFailure,
  noteTask,
  notFound,
  type ReadTask,
  secondMs,
  stopping,
  type WaitTask,
  type WaitTaskAnswer,
  type WaitTaskContext,
} from "./wait-task.ts";

export interface WaitTasksParts extends WaitToolParts, TaskIdsParts {
  readonly watcher: Pick<JobWatcher, "knownEnded" | "read" | "wait">;
}

const cancelled = { ok: false, code: "task_cancelled", message: cancelWords } as const;

/**
 * `wait_for_data_automation_job` as a task. The id holds all there is to know of it, and the job is the only store:
 * any process with the same configuration answers for it. Only that a task was cancelled is known to one process.
 */
export class WaitTasks {
  readonly #parts: WaitTasksParts;
  readonly #cancelled = new CancelledTasks();
  readonly #openResults = new OpenResults();
  readonly #ids: TaskIds;

  constructor(parts: WaitTasksParts) {
    this.#parts = parts;
    this.#ids = new TaskIds(parts);
  }

  /** Nothing is asked of AWS yet. */
  async create(
    given: Readonly<Record<string, unknown>>,
    requestedTtlMs: number | undefined,
    caller: Caller,
    notes?: CallNotes,
  ): Promise<WaitTaskAnswer<WaitTask>> {
    const asked = readTaskRequest(given, requestedTtlMs, this.#parts.now());
    if (!asked.ok) return asked;
    const { arn, facts } = asked.value;
    const taskId = await this.#ids.make(facts, caller);
    if (notes !== undefined) notes.jobs = [arn];
    noteTask(notes, taskId, "working");
    return {
      ok: true,
      value: describeTask(taskId, facts, facts.createdAt, "working", "Waiting for the job to end."),
    };
  }

  /** Whether there is such a task of this caller. Nothing is asked of AWS. */
  async known(taskId: string, context: Omit<WaitTaskContext, "signal">): Promise<WaitTaskAnswer<true>> {
    return (await this.#read(taskId, context)) === undefined ? notFound : { ok: true, value: true };
  }

  async get(taskId: string, context: WaitTaskContext): Promise<WaitTaskAnswer<WaitTask>> {
    const task = await this.#read(taskId, context);
    return task === undefined ? notFound : await this.#look(taskId, task, context);
  }

  /** `get` for a task that was begun just now: where AWS keeps silent, the task goes on without its answer. */
  async firstLook(taskId: string, context: WaitTaskContext): Promise<WaitTaskAnswer<WaitTask>> {
    const task = await this.#read(taskId, context);
    if (task === undefined) return notFound;
    return await this.#look(taskId, task, { ...context, timeoutMs: firstLookMs(task.facts) });
  }

  async #look(taskId: string, task: ReadTask, context: LookContext): Promise<WaitTaskAnswer<WaitTask>> {
    const cancelledAt = this.#cancelled.at(taskId, context.caller);
    const answer: WaitTaskAnswer<WaitTask> =
      cancelledAt === undefined
        ? await lookAtTask(taskId, task, context, this.#parts)
        : { ok: true, value: describeTask(taskId, task.facts, cancelledAt, "cancelled", cancelWords) };
    if (answer.ok) noteTask(context.notes, taskId, answer.value.status);
    return answer;
  }

  /** What the tool answers, once the task is over: until then this waits, as MCP wants it. */
  async result(
    taskId: string,
    context: WaitTaskContext,
    onProgress?: WaitOptions["onProgress"],
  ): Promise<WaitTaskAnswer<ToolAnswer>> {
    const { caller, notes, signal } = context;
    const task = await this.#read(taskId, context);
    if (task === undefined) return notFound;
    if (this.#cancelled.at(taskId, caller) !== undefined) return cancelled;
    const { arn, facts } = task;
    try {
      const result = await this.#openResults.during(taskId, signal, (ending) =>
        this.#outcome(arn, facts, { caller, notes, signal: ending, onProgress }),
      );
      if (result.waited.stopped) return stopping;
      noteTask(notes, taskId, "completed");
      return { ok: true, value: waitAnswer(arn, result, this.#parts) };
    } catch (thrown) {
      if (this.#cancelled.at(taskId, caller) !== undefined) return cancelled;
      if (thrown instanceof CallError && thrown.code === "cancelled") return stopping;
      noteFailure(notes, thrown);
      noteTask(notes, taskId, "failed");
      return { ok: true, value: answerFailure(thrown, arn) };
    }
  }

  async #outcome(
    arn: InvocationArn,
    facts: TaskFacts,
    context: WaitTaskContext & Pick<WaitOptions, "onProgress">,
  ): Promise<WaitResult> {
    const { now, watcher } = this.#parts;
    // However far this machine's clock is behind the one that the task was made by, it is no longer than was asked for.
    const restMs = Math.min(deadlineOf(facts) - now(), facts.timeoutSeconds * secondMs);
    if (restMs >= secondMs) return await watcher.wait(arn, { ...context, timeoutMs: restMs });
    // A task that is over is still looked at once: the job may have ended since.
    const reading = await watcher.read(arn, context);
    const timedOut = !isTerminal(reading.job);
    const { timeoutSeconds: seconds } = facts;
    return { ...reading, waited: { seconds, checks: 1, failedChecks: 0, timedOut, stopped: false } };
  }

  /** Calls `onChange` when AWS says another thing of the job; resolves once the task is over, or the signal aborts. */
  async follow(taskId: string, context: WaitTaskContext, onChange: () => void): Promise<void> {
    let known: string | undefined;
    await this.result(taskId, context, ({ job }) => {
      if (job === undefined || job.status === known) return;
      known = job.status;
      onChange();
    });
  }

  /**
   * Stops the watching. The job runs on: the service has no operation that ends one. Nothing is asked of AWS, which
   * may be what the watching hangs on: a job whose end nobody here has heard of counts as running.
   */
  async cancel(taskId: string, context: WaitTaskContext): Promise<WaitTaskAnswer<WaitTask>> {
    const task = await this.#read(taskId, context);
    if (task === undefined) return notFound;
    const { arn, facts } = task;
    const { caller, notes } = context;
    const now = this.#parts.now();
    const wasCancelled = this.#cancelled.at(taskId, caller) !== undefined;
    if (wasCancelled || now >= deadlineOf(facts) || this.#parts.watcher.knownEnded(arn, caller)) {
      const status = wasCancelled ? "cancelled" : "completed";
      const message = `The task is ${status} already: there is nothing to cancel.`;
      return { ok: false, code: "task_over", message };
    }
    this.#cancelled.note(taskId, caller, now);
    this.#openResults.end(taskId);
    noteTask(notes, taskId, "cancelled");
    return { ok: true, value: describeTask(taskId, facts, now, "cancelled", cancelWords) };
  }

  async #read(
    taskId: string,
    { caller, notes }: Omit<WaitTaskContext, "signal">,
  ): Promise<ReadTask | undefined> {
    const task = await this.#ids.read(taskId, caller);
    if (task === undefined) return undefined;
    if (notes !== undefined) notes.jobs = [task.arn];
    noteTask(notes, taskId);
    return task;
  }
}
