import type { Caller } from "../caller.ts";
import type { CallNotes, Observer, RequestStart } from "../observer.ts";
import type { Clock, Log } from "../ports.ts";
import { errorCodes, ProtocolError } from "./protocol-error.ts";

export interface ObservedParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every request. Absent where nobody looks. */
  readonly observer?: Observer | undefined;
}

/** A request about jobs that is under way. */
export interface ObservedRequest {
  /** For whoever asks AWS on its behalf. What is noted by the end is told. */
  readonly notes: CallNotes;
  /** To be called once: with what was thrown in place of an answer, if anything was. */
  end(thrown?: unknown): void;
}

/** Begins to observe a request about jobs. At its end it is one span, one count and one line of the log. */
export function observe(
  start: RequestStart,
  caller: Caller,
  { clock, log, observer }: ObservedParts,
): ObservedRequest {
  const startedAt = clock.monotonic();
  const notes: CallNotes = { observer: observer?.request(start) };
  return {
    notes,
    end(thrown) {
      const milliseconds = clock.monotonic() - startedAt;
      const errorCode = thrown === undefined ? undefined : errorCodeOf(thrown);
      const outcome = notes.failure ?? (errorCode === undefined ? "ok" : (names[errorCode] ?? "internal"));
      const { jobs = [], requestId, task } = notes;
      const account = common(jobs.map(({ accountId }) => accountId));
      const region = common(jobs.map((job) => job.region));
      notes.observer?.end({ outcome, errorCode, milliseconds, task, account, region });
      const { method, tool } = start;
      log.info(tool === undefined ? "request" : "tool call", {
        caller: caller.name || undefined,
        ...(tool === undefined ? { method } : { tool }),
        task: task?.mark,
        taskStatus: task?.status,
        account,
        region,
        jobs: jobs.length > 1 ? jobs.length : undefined,
        outcome,
        milliseconds: Math.round(milliseconds),
        requestId,
        traceId: notes.observer?.traceId,
      });
    },
  };
}

/** Observes a request that is over when `work` is, which must not throw but reject. The answer is no later for it. */
export function observed<T>(
  start: RequestStart,
  caller: Caller,
  parts: ObservedParts,
  work: (notes: CallNotes) => Promise<T>,
): Promise<T> {
  const request = observe(start, caller, parts);
  const answer = work(request.notes);
  answer.then(
    () => request.end(),
    (thrown: unknown) => request.end(thrown),
  );
  return answer;
}

function errorCodeOf(thrown: unknown): number {
  return thrown instanceof ProtocolError ? thrown.code : errorCodes.internal;
}

/** What is said of an error where nothing closer was noted. */
const names: Readonly<Record<number, string>> = {
  [errorCodes.methodNotFound]: "invalid_input",
  [errorCodes.invalidParams]: "invalid_input",
  [errorCodes.resourceNotFound]: "not_found",
  [errorCodes.missingCapability]: "missing_capability",
};

/** What all of them are, or nothing where they differ. */
function common(values: readonly string[]): string | undefined {
  const [first] = values;
  return values.every((value) => value === first) ? first : undefined;
}
