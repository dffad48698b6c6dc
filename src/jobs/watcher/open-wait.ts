import type { CallError } from "../../aws/call-error.ts";
import type { CallNotes } from "../../observer.ts";
import type { Clock, Log } from "../../ports.ts";
import type { MakeFailure } from "./failures.ts";
import type { JobWatch, WatchListener } from "./job-watch.ts";
import { ProgressTeller, type WaitProgress } from "./progress-teller.ts";
import { isTerminal, type Reading } from "./reading.ts";
import { after } from "./timer.ts";
import { WaitOutcomes } from "./wait-outcomes.ts";

/** What was known of the job when the wait for it ended, and what the wait took. */
export interface WaitResult extends Reading {
  readonly waited: {
    /** From the call to its end, by a clock that does not jump, with one decimal. */
    readonly seconds: number;
    /** Outcomes that this wait learned of, failed ones and those shared with others included. */
    readonly checks: number;
    readonly failedChecks: number;
    /** The time was up before the job ended. */
    readonly timedOut: boolean;
    /** The server stops: neither has the job ended nor was the time up. */
    readonly stopped: boolean;
  };
  /** The latest of the checks that failed during this wait. */
  readonly lastFailure?: CallError;
}

export interface OpenWaitParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly failure: MakeFailure;
  readonly timeoutMs: number;
  readonly notes?: CallNotes | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: WaitProgress) => void) | undefined;
  readonly onOver: () => void;
}

type Ending = "terminal" | "time_up" | "stopped";

/** One wait for one job. Ends at its deadline at the latest, whatever happens to the checks. */
export class OpenWait implements WatchListener {
  readonly result: Promise<WaitResult>;
  readonly deadline: number;
  readonly notes: CallNotes | undefined;
  readonly #parts: OpenWaitParts;
  readonly #startedAt: number;
  #resolve: (result: WaitResult) => void = () => {};
  #reject: (failure: unknown) => void = () => {};
  #over = false;
  #draining = false;
  readonly #outcomes = new WaitOutcomes();
  #watch: JobWatch | undefined;
  readonly #progress: ProgressTeller;
  readonly #cancelDeadline: () => void;
  #cancelGap: () => void = () => {};
  readonly #onAbort = () => this.#fail(this.#cancelled("The wait was cancelled; the job itself goes on."));

  constructor(parts: OpenWaitParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.monotonic();
    this.notes = parts.notes;
    this.deadline = this.#startedAt + parts.timeoutMs;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    parts.signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#cancelDeadline = after(parts.clock, parts.timeoutMs, () => this.#end("time_up"));
    this.#progress = new ProgressTeller({
      clock: parts.clock,
      log: parts.log,
      deadline: this.deadline,
      onProgress: parts.onProgress,
      facts: () => this.#facts(),
    });
  }

  /** Begins to learn of the job. What the watch knows already counts as a check. */
  join(find: () => JobWatch): void {
    if (this.#over) return;
    const watch = find();
    this.#watch = watch;
    watch.add(this);
    if (watch.reading !== undefined) this.onReading(watch.reading);
  }

  onReading(reading: Reading): void {
    if (this.#over) return;
    this.#outcomes.learned(reading);
    if (this.notes !== undefined) this.notes.requestId = reading.requestId;
    if (isTerminal(reading.job)) this.#endAfterGap();
    else if (this.#draining) this.#end("stopped");
    else this.#progress.tell();
  }

  /**
   * What somebody has to mend ends the wait even though the job was seen running: the remedy helps, "still running"
   * would only make an agent ask again in vain.
   */
  onFailure(thrown: unknown): void {
    if (this.#over) return;
    if (!this.#outcomes.failed(thrown)) this.#fail(thrown);
    else if (this.#draining) this.#end("stopped");
    else this.#progress.tell();
  }

  /** Ends now with the latest status, or with the first outcome where none is known yet. */
  drain(): void {
    this.#draining = true;
    if (this.#outcomes.reading !== undefined) this.#end("stopped");
  }

  /** Ends now, with the latest status where one is known. */
  stop(): void {
    this.#end("stopped");
  }

  #endAfterGap(): void {
    this.#progress.stop();
    const { restOfGapMs } = this.#progress;
    if (restOfGapMs === 0) this.#end("terminal");
    else this.#cancelGap = after(this.#parts.clock, restOfGapMs, () => this.#end("terminal"));
  }

  #end(how: Ending): void {
    if (this.#over) return;
    const { checks, failedChecks, lastFailure, reading } = this.#outcomes;
    if (reading === undefined) {
      this.#fail(this.#nothingLearned(how));
      return;
    }
    const terminal = isTerminal(reading.job);
    const { job, observedAt, shared } = reading;
    const result: WaitResult = {
      job,
      observedAt,
      shared,
      waited: {
        seconds: Math.round((this.#parts.clock.monotonic() - this.#startedAt) / 100) / 10,
        checks,
        failedChecks,
        timedOut: !terminal && how === "time_up",
        stopped: !terminal && how === "stopped",
      },
      ...(lastFailure === undefined ? {} : { lastFailure }),
    };
    this.#leave();
    this.#resolve(result);
  }

  #fail(failure: unknown): void {
    this.#leave();
    this.#reject(failure);
  }

  #nothingLearned(how: Ending): unknown {
    const failure = this.#outcomes.lastFailure ?? this.#watch?.failure;
    if (failure !== undefined) return failure;
    if (how === "stopped") return this.#cancelled("The server stops: the status was not checked.");
    const { timeoutMs } = this.#parts;
    return this.#parts.failure("timeout", `The first check got no answer within ${timeoutMs} ms.`, {
      operation: "GetDataAutomationStatus",
      timeoutMs,
    });
  }

  #cancelled(message: string): Error {
    return this.#parts.failure("cancelled", message, { operation: "GetDataAutomationStatus" });
  }

  #leave(): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelDeadline();
    this.#cancelGap();
    this.#progress.stop();
    this.#parts.signal?.removeEventListener("abort", this.#onAbort);
    this.#watch?.remove(this);
    this.#parts.onOver();
  }

  #facts(): Omit<WaitProgress, "elapsedSeconds"> {
    return {
      ...this.#outcomes.facts(),
      nextCheckInSeconds: Math.ceil((this.#watch?.nextCheckInMs ?? 0) / 1000),
    };
  }
}
