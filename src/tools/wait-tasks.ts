import type { InvocationArn } from "../aws/arn.ts";
import { readInvocationArn } from "../aws/arn.ts";
import { CallError } from "../aws/call-error.ts";
import type { Caller } from "../caller.ts";
import { makeTaskId, readTaskId, type TaskFacts, type TaskKey, taskKey } from "../jobs/task-id.ts";
import { mayPass } from "../jobs/watcher/failures.ts";
import { isTerminal } from "../jobs/watcher/reading.ts";
import type { JobWatcher, ReadOptions, WaitOptions, WaitResult } from "../jobs/watcher/watcher.ts";
import type { CallNotes } from "../observer.ts";
import type { Random } from "../ports.ts";
import { CancelledTasks } from "./cancelled-tasks.ts";
import { answerFailure } from "./failure-answer.ts";
import type { ToolAnswer } from "./tool.ts";
import { type WaitToolParts, waitAnswer, waitInput } from "./wait-for-data-automation-job.ts";
import {
  cancelWords,
  deadlineOf,
  describeTask,
  noteTask,
  notFound,
  type ReadTask,
  secondMs,
  stopping,
  type WaitTask,
  type WaitTaskAnswer,
  type WaitTaskContext,
} from "./wait-task.ts";

export interface WaitTasksParts extends WaitToolParts {
  readonly watcher: Pick<JobWatcher, "knownEnded" | "read" | "wait">;
  readonly random: Random;
  /** What ids are sealed with. */
  readonly taskSecret: string | undefined;
}

const cancelled = { ok: false, code: "task_cancelled", message: cancelWords } as const;

type LookContext = WaitTaskContext & Pick<ReadOptions, "timeoutMs">;

const hourMs = 3_600_000;
/** How long a task may be asked about at the most, and by default after it is over. */
const maxTtlMs = 24 * hourMs;
const pollIntervalMs = 10 * secondMs;
/** How long whoever begins a task waits for AWS at the most. */
const firstLookMs = 3 * secondMs;

/**
 * `wait_for_data_automation_job` as a task. The id holds all there is to know of it, and the job is the only store:
 * any process with the same configuration answers for it. Only that a task was cancelled is known to one process.
 */
export class WaitTasks {
  readonly #parts: WaitTasksParts;
  readonly #cancelled = new CancelledTasks();
  /** Calls of `result` under way, to be ended when the task is cancelled. */
  readonly #waiting = new Map<string, Set<AbortController>>();

  #sealing: Promise<TaskKey> | undefined;

  constructor(parts: WaitTasksParts) {
    this.#parts = parts;
  }

  /** Nothing is asked of AWS yet. Without `timeoutSeconds` the task waits for as long as it may be asked about. */
  async create(
    given: Readonly<Record<string, unknown>>,
    requestedTtlMs: number | undefined,
    caller: Caller,
    notes?: CallNotes,
  ): Promise<WaitTaskAnswer<WaitTask>> {
    const input = waitInput.safeParse(given);
    if (!input.success) {
      const problems = input.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
      return { ok: false, code: "invalid_input", message: problems.join(" ") };
    }
    const { invocationArn, timeoutSeconds } = input.data;
    const bounded = given.timeoutSeconds !== undefined;
    const wanted = requestedTtlMs ?? hourMs + (bounded ? timeoutSeconds * secondMs : 0);
    const ttl = Math.min(maxTtlMs, Math.max(secondMs, Math.ceil(wanted)));
    const facts: TaskFacts = {
      invocationArn: invocationArn.text,
      createdAt: this.#parts.now(),
      ttl,
      pollInterval: Math.min(pollIntervalMs, ttl),
      timeoutSeconds: bounded ? timeoutSeconds : Math.floor(ttl / secondMs),
    };
    const taskId = await makeTaskId(facts, caller.id, await this.#key(), this.#parts.random);
    if (notes !== undefined) notes.jobs = [invocationArn];
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
    // Not the whole of a short wait: the task has to be handed out before its time is up.
    const timeoutMs = Math.min(firstLookMs, (task.facts.timeoutSeconds * secondMs) / 2);
    return await this.#look(taskId, task, { ...context, timeoutMs });
  }

  async #look(taskId: string, task: ReadTask, context: LookContext): Promise<WaitTaskAnswer<WaitTask>> {
    const answer = await this.#statusOf(taskId, task, context);
    if (answer.ok) noteTask(context.notes, taskId, answer.value.status);
    return answer;
  }

  async #statusOf(
    taskId: string,
    { arn, facts }: ReadTask,
    context: LookContext,
  ): Promise<WaitTaskAnswer<WaitTask>> {
    const now = this.#parts.now();
    const cancelledAt = this.#cancelled.at(taskId, context.caller);
    if (cancelledAt !== undefined)
      return { ok: true, value: describeTask(taskId, facts, cancelledAt, "cancelled", cancelWords) };
    try {
      const { job, observedAt } = await this.#parts.watcher.read(arn, context);
      const ended = isTerminal(job);
      const timeUp = now >= deadlineOf(facts);
      const words = `AWS says ${ended || job.status !== undefined ? (job.status ?? "") : "no status"}.`;
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
    const ending = new AbortController();
    const end = () => ending.abort(signal.reason);
    signal.addEventListener("abort", end, { once: true });
    const others = this.#waiting.get(taskId) ?? new Set();
    this.#waiting.set(taskId, others.add(ending));
    try {
      const result = await this.#outcome(arn, facts, { caller, notes, signal: ending.signal, onProgress });
      if (result.waited.stopped) return stopping;
      noteTask(notes, taskId, "completed");
      return { ok: true, value: waitAnswer(arn, result, this.#parts) };
    } catch (thrown) {
      if (this.#cancelled.at(taskId, caller) !== undefined) return cancelled;
      if (thrown instanceof CallError && thrown.code === "cancelled") return stopping;
      noteFailure(notes, thrown);
      noteTask(notes, taskId, "failed");
      return { ok: true, value: answerFailure(thrown, arn) };
    } finally {
      signal.removeEventListener("abort", end);
      others.delete(ending);
      if (others.size === 0) this.#waiting.delete(taskId);
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
    for (const ending of this.#waiting.get(taskId) ?? []) ending.abort();
    noteTask(notes, taskId, "cancelled");
    return { ok: true, value: describeTask(taskId, facts, now, "cancelled", cancelWords) };
  }

  #key(): Promise<TaskKey> {
    this.#sealing ??= taskKey(this.#parts.taskSecret);
    return this.#sealing;
  }

  async #read(
    taskId: string,
    { caller, notes }: Omit<WaitTaskContext, "signal">,
  ): Promise<ReadTask | undefined> {
    const facts = await readTaskId(taskId, caller.id, await this.#key(), this.#parts.now());
    const reading = facts === undefined ? undefined : readInvocationArn(facts.invocationArn);
    if (facts === undefined || !reading?.ok) return undefined;
    if (notes !== undefined) notes.jobs = [reading.arn];
    noteTask(notes, taskId);
    return { arn: reading.arn, facts };
  }
}

function noteFailure(notes: CallNotes | undefined, thrown: unknown): void {
  if (notes !== undefined && thrown instanceof CallError) notes.failure = thrown.code;
}
