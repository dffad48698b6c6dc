import type { CallError } from "../../aws/call-error.ts";
import type { JobStatus } from "../../aws/runtime-client.ts";
import type { Clock, Log } from "../../ports.ts";
import { after } from "./timer.ts";

/** MCP clients want a sign of life; the product promises one every 5 s. */
const everyMs = 4_500;
/** Most MCP clients lose a progress message that comes right before the result. */
const gapMs = 250;
/** Between two reports: the number that grows is told to the millisecond. */
const leastMs = 1;

/** How far a wait is. */
export interface WaitProgress {
  /** Grows with every report. */
  readonly elapsedSeconds: number;
  readonly checks: number;
  /** What AWS said last; absent until it said something. */
  readonly job?: JobStatus;
  /** Why the latest check failed, where it did. */
  readonly lastFailure?: CallError;
  /** Whole seconds; 0 while a check is under way. */
  readonly nextCheckInSeconds: number;
}

export interface ProgressTellerParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Monotonic time at which the result comes at the latest. */
  readonly deadline: number;
  readonly onProgress: ((progress: WaitProgress) => void) | undefined;
  readonly facts: () => Omit<WaitProgress, "elapsedSeconds">;
}

/** When to tell how far a wait is: often enough for the client, and not right before the result. */
export class ProgressTeller {
  readonly #parts: ProgressTellerParts;
  readonly #startedAt: number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #cancelTick: () => void = () => {};

  constructor(parts: ProgressTellerParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.monotonic();
    this.#tickLater();
  }

  /** Something happened. */
  tell(): void {
    const { clock, deadline, facts, log, onProgress } = this.#parts;
    const now = clock.monotonic();
    // Sooner, a number would be told that has not grown.
    if (onProgress === undefined || now + gapMs > deadline || now < this.#toldAt + leastMs) return;
    this.#toldAt = now;
    this.#tickLater();
    try {
      onProgress({ elapsedSeconds: (now - this.#startedAt) / 1000, ...facts() });
    } catch (thrown) {
      log.warn("progress of a wait could not be told", {
        fault: thrown instanceof Error ? thrown.name : typeof thrown,
      });
    }
  }

  /** Milliseconds until a result no longer follows the last progress too closely. */
  get restOfGapMs(): number {
    return Math.max(0, this.#toldAt + gapMs - this.#parts.clock.monotonic());
  }

  stop(): void {
    this.#cancelTick();
  }

  #tickLater(): void {
    if (this.#parts.onProgress === undefined) return;
    this.#cancelTick();
    this.#cancelTick = after(this.#parts.clock, everyMs, () => this.tell());
  }
}
