import type { InvocationArn } from "../aws/arn.ts";
import { CallError } from "../aws/call-error.ts";
import type { Caller } from "../caller.ts";
import type { TaskFacts } from "../jobs/task-id.ts";
import type { CallNotes } from "../observer.ts";

export const secondMs = 1000;

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

/** What a task's id holds. */
export interface ReadTask {
  readonly arn: InvocationArn;
  readonly facts: TaskFacts;
}

/** On whose behalf a task is asked about. */
export interface WaitTaskContext {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  /** Of the request: handed on to whatever asks AWS on its behalf. Absent where nobody looks. */
  readonly notes?: CallNotes | undefined;
}

/** What a request about a task came to. A refusal is one line for a person, and a word for those who look from outside. */
export type WaitTaskAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Somebody else's task is answered in the same words: nobody learns that it exists. */
export const notFound = {
  ok: false,
  code: "task_not_found",
  message: "There is no such task: it is not of this server, or its time is over.",
} as const;

/** A task goes on without the server: what it would answer now is not its result. */
export const stopping = {
  ok: false,
  code: "server_stops",
  message:
    "The server is stopping. The task goes on: ask for its result again, here or of another server with the same configuration.",
} as const;

/** Of a task, for the log: the end of its id. */
const markLength = 8;

/** Notes how far a task is that this request is about. */
export function noteTask(notes: CallNotes | undefined, taskId: string, status?: WaitTask["status"]): void {
  if (notes !== undefined) notes.task = { mark: taskId.slice(-markLength), status };
}

/** Notes why AWS told nothing of this request's job. Of what is no CallError, whoever catches it tells. */
export function noteFailure(notes: CallNotes | undefined, thrown: unknown): void {
  if (notes !== undefined && thrown instanceof CallError) notes.failure = thrown.code;
}

/** What a cancelled task says of itself. */
export const cancelWords =
  "The watching was cancelled. The job itself runs on: the service has no operation that ends one. Do not start it again because of this.";

/** Wall time in milliseconds at which the task is over, whatever the job does. */
export function deadlineOf({ createdAt, timeoutSeconds }: TaskFacts): number {
  return createdAt + timeoutSeconds * secondMs;
}

/** A task as MCP shows it. `updatedAt` is in milliseconds since 1970. */
export function describeTask(
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
