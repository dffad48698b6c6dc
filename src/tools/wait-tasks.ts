import type { InvocationArn } from "../aws/arn.ts";
import { readInvocationArn } from "../aws/arn.ts";
import { CallError } from "../aws/call-error.ts";
import { makeTaskId, readTaskId, type TaskFacts, type TaskKey, taskKey } from "../jobs/task-id.ts";
import { mayPass } from "../jobs/watcher/failures.ts";
import { isTerminal } from "../jobs/watcher/reading.ts";
import { RecentMap } from "../jobs/watcher/recent-map.ts";
import type { JobWatcher } from "../jobs/watcher/watcher.ts";
import type { Random } from "../ports.ts";
import { answerFailure } from "./failure-answer.ts";
import type { ToolAnswer } from "./tool.ts";
import { type WaitToolParts, waitAnswer, waitInput } from "./wait-for-data-automation-job.ts";

/** A wait that goes on without a call, as MCP 2025-11-25 shows a task. Times are ISO-8601, lengths milliseconds. */
export interface WaitTask {
  readonly taskId: string;
  readonly status: "working" | "completed" | "failed" | "cancelled";
  readonly statusMessage: string;
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  readonly ttl: number;
  readonly pollInterval: number;
}

export interface WaitTaskContext {
  readonly caller: string;
  readonly signal: AbortSignal;
}

/** What a request about a task came to. A refusal is one line for a person. */
export type WaitTaskAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

export interface WaitTasksParts extends WaitToolParts {
  readonly watcher: Pick<JobWatcher, "read" | "wait">;
  readonly random: Random;
  /** What ids are sealed with. */
  readonly taskSecret: string | undefined;
}

const secondMs = 1000;
const hourMs = 3_600_000;
/** How long a task may be asked about at the most, and by default after it is over. */
const maxTtlMs = 24 * hourMs;
const pollIntervalMs = 10 * secondMs;
const maxCancelled = 1000;

const notFound = {
  ok: false,
  message: "There is no such task: it is not of this server, or its time is over.",
} as const;

/**
 * `wait_for_data_automation_job` as a task. The id holds all there is to know of it, and the job is the only store:
 * any process with the same configuration answers for it. Only that a task was cancelled is known to one process.
 */
export class WaitTasks {
  readonly #parts: WaitTasksParts;
  readonly #cancelled = new RecentMap<string, number>(maxCancelled);
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
    caller: string,
  ): Promise<WaitTaskAnswer<WaitTask>> {
    const input = waitInput.safeParse(given);
    if (!input.success) {
      const problems = input.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
      return { ok: false, message: problems.join(" ") };
    }
    const { invocationArn, timeoutSeconds } = input.data;
    const bounded = given.timeoutSeconds !== undefined;
    const wanted = requestedTtlMs ?? hourMs + (bounded ? timeoutSeconds * secondMs : 0);
    const ttl = Math.min(maxTtlMs, Math.max(secondMs, Math.ceil(wanted)));
    const facts: TaskFacts = {
      invocationArn: invocationArn.text,
      createdAt: this.#parts.now(),
      ttl,
      pollInterval: pollIntervalMs,
      timeoutSeconds: bounded ? timeoutSeconds : Math.floor(ttl / secondMs),
    };
    const taskId = await makeTaskId(facts, caller, await this.#key(), this.#parts.random);
    return {
      ok: true,
      value: describe(taskId, facts, facts.createdAt, "working", "Waiting for the job to end."),
    };
  }

  async get(taskId: string, { caller, signal }: WaitTaskContext): Promise<WaitTaskAnswer<WaitTask>> {
    const task = await this.#read(taskId, caller);
    if (task === undefined) return notFound;
    const { arn, facts } = task;
    const now = this.#parts.now();
    const cancelledAt = this.#cancelled.get(taskId);
    if (cancelledAt !== undefined)
      return { ok: true, value: describe(taskId, facts, cancelledAt, "cancelled", cancelWords) };
    try {
      const { job, observedAt } = await this.#parts.watcher.read(arn, { caller, signal });
      const ended = isTerminal(job);
      const timeUp = now >= deadlineOf(facts);
      const words = `AWS says ${ended || job.status !== undefined ? (job.status ?? "") : "no status"}.`;
      const message = ended ? `The job has ended. ${words}` : timeUp ? `The time is up. ${words}` : words;
      return {
        ok: true,
        value: describe(taskId, facts, observedAt, ended || timeUp ? "completed" : "working", message),
      };
    } catch (thrown) {
      if (!(thrown instanceof CallError)) throw thrown;
      if (thrown.code === "cancelled") throw thrown;
      const { text } = answerFailure(thrown, arn);
      const status = now < deadlineOf(facts) && mayPass(thrown, false) ? "working" : "failed";
      return { ok: true, value: describe(taskId, facts, now, status, text) };
    }
  }

  /** What the tool answers, once the task is over: until then this waits, as MCP wants it. */
  async result(taskId: string, { caller, signal }: WaitTaskContext): Promise<WaitTaskAnswer<ToolAnswer>> {
    const task = await this.#read(taskId, caller);
    if (task === undefined) return notFound;
    if (this.#cancelled.peek(taskId) !== undefined) return { ok: false, message: cancelWords };
    const { arn, facts } = task;
    const ending = new AbortController();
    const end = () => ending.abort(signal.reason);
    signal.addEventListener("abort", end, { once: true });
    const others = this.#waiting.get(taskId) ?? new Set();
    this.#waiting.set(taskId, others.add(ending));
    try {
      const result = await this.#parts.watcher.wait(arn, {
        caller,
        signal: ending.signal,
        // A task that is over is still looked at once: the job may have ended since.
        timeoutMs: Math.max(secondMs, deadlineOf(facts) - this.#parts.now()),
      });
      return { ok: true, value: waitAnswer(arn, result, this.#parts) };
    } catch (thrown) {
      if (this.#cancelled.peek(taskId) !== undefined) return { ok: false, message: cancelWords };
      return { ok: true, value: answerFailure(thrown, arn) };
    } finally {
      signal.removeEventListener("abort", end);
      others.delete(ending);
      if (others.size === 0) this.#waiting.delete(taskId);
    }
  }

  /** Stops the watching. The job runs on: the service has no operation that ends one. */
  async cancel(taskId: string, context: WaitTaskContext): Promise<WaitTaskAnswer<WaitTask>> {
    const current = await this.get(taskId, context);
    if (!current.ok) return current;
    if (current.value.status !== "working") {
      return {
        ok: false,
        message: `The task is ${current.value.status} already: there is nothing to cancel.`,
      };
    }
    this.#cancelled.set(taskId, this.#parts.now());
    for (const ending of this.#waiting.get(taskId) ?? []) ending.abort();
    return await this.get(taskId, context);
  }

  #key(): Promise<TaskKey> {
    this.#sealing ??= taskKey(this.#parts.taskSecret);
    return this.#sealing;
  }

  async #read(
    taskId: string,
    caller: string,
  ): Promise<{ readonly arn: InvocationArn; readonly facts: TaskFacts } | undefined> {
    const facts = await readTaskId(taskId, caller, await this.#key(), this.#parts.now());
    const reading = facts === undefined ? undefined : readInvocationArn(facts.invocationArn);
    return facts !== undefined && reading?.ok ? { arn: reading.arn, facts } : undefined;
  }
}

const cancelWords =
  "The watching was cancelled. The job itself runs on: the service has no operation that ends one. Do not start it again because of this.";

function deadlineOf({ createdAt, timeoutSeconds }: TaskFacts): number {
  return createdAt + timeoutSeconds * secondMs;
}

function describe(
  taskId: string,
  { createdAt, pollInterval, ttl }: TaskFacts,
  updatedAt: number,
  status: WaitTask["status"],
  statusMessage: string,
): WaitTask {
  return {
    taskId,
    status,
    statusMessage,
    createdAt: new Date(createdAt).toISOString(),
    lastUpdatedAt: new Date(Math.max(createdAt, updatedAt)).toISOString(),
    ttl,
    pollInterval,
  };
}
