import type { CallNotes } from "../../observer.ts";
import type { Clock, Random } from "../../ports.ts";
import type { Answer } from "./answers.ts";
import type { Lane } from "./budget.ts";
import { ageMs, failureDelayMs, pollDelayMs, shortestPaceMs } from "./pace.ts";
import { isTerminal, type Reading } from "./reading.ts";
import { after } from "./timer.ts";

/** A wait that would end before the next check gets one this long before its end: its answer should not be stale. */
const lastLookMs = 2_000;

/** Somebody who wants to know how a job goes on. Neither function may throw. */
export interface WatchListener {
  /** Monotonic time at which it stops listening by itself. */
  readonly deadline?: number;
  /** Of the request that listens, where one does. */
  readonly notes?: CallNotes | undefined;
  onReading(reading: Reading): void;
  onFailure(thrown: unknown): void;
}

export interface JobWatchParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Of those who join; a check is made with what the process has by then. Absent where they could not be had. */
  readonly credentials: string | undefined;
  readonly ask: (lane: Lane, signal: AbortSignal, notes: CallNotes | undefined) => Promise<Answer>;
  /** Nobody listens any more, or the job has ended: it is over for good. */
  readonly onOver: () => void;
}

/**
 * Looks at one job again and again, for everybody who wants to know, until it ends or nobody listens.
 * One timer or one check at a time, whatever the number of listeners.
 */
export class JobWatch {
  readonly #parts: JobWatchParts;
  readonly #listeners = new Set<WatchListener>();
  readonly #startedAt: number;
  /** Those who joined while the check was under way that is under way now. */
  #late = new Set<WatchListener>();
  #over = false;
  #answer: Answer | undefined;
  #failure: unknown;
  #failures = 0;
  #checking: AbortController | undefined;
  #lastCheckAt = 0;
  /** When the pace asks for the next check, in monotonic time. */
  #plannedAt = 0;
  #nextCheckAt = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(parts: JobWatchParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.monotonic();
  }

  /** The latest answer, while the job runs: for those who join, so only one that was got with their credentials. */
  get reading(): Reading | undefined {
    return this.#answer?.credentials === this.#parts.credentials ? this.#answer?.reading : undefined;
  }

  /** Why the latest check failed, where it did. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Milliseconds to the next check; 0 while one is under way. */
  get nextCheckInMs(): number {
    if (this.#checking !== undefined) return 0;
    return Math.max(0, this.#nextCheckAt - this.#parts.clock.monotonic());
  }

  add(listener: WatchListener): void {
    this.#listeners.add(listener);
    if (this.#checking !== undefined) {
      this.#late.add(listener);
      return;
    }
    if (this.#cancelTimer === undefined) {
      this.#check();
      return;
    }
    if (this.#failures > 0 && listener.deadline !== undefined) {
      this.#plannedAt = Math.min(this.#plannedAt, this.#lastCheckAt + shortestPaceMs);
    }
    this.#schedule();
  }

  remove(listener: WatchListener): void {
    this.#listeners.delete(listener);
    this.#late.delete(listener);
    if (this.#listeners.size === 0) this.#end();
  }

  /** AWS answered somebody else about this job. */
  learned(answer: Answer): void {
    if (this.#checking === undefined && !this.#over) this.#took(answer);
  }

  #check(): void {
    this.#cancelTimer = undefined;
    const checking = new AbortController();
    this.#checking = checking;
    const settled = (tell: () => void) => {
      if (this.#checking !== checking) return;
      this.#checking = undefined;
      tell();
    };
    const lane = this.#answer === undefined ? "first" : "again";
    this.#parts.ask(lane, checking.signal, this.#eldestNotes()).then(
      (answer) => settled(() => this.#took(answer)),
      (thrown: unknown) => settled(() => this.#failed(thrown)),
    );
  }

  /** A check serves all who listen; it is made on behalf of the call that has listened longest. */
  #eldestNotes(): CallNotes | undefined {
    for (const { notes } of this.#listeners) if (notes !== undefined) return notes;
    return undefined;
  }

  #took(answer: Answer): void {
    const { reading } = answer;
    const now = this.#parts.clock.monotonic();
    this.#answer = answer;
    this.#failure = undefined;
    this.#failures = 0;
    // The process may have had other credentials when the check began than when the latest joined: not for them.
    const late = answer.credentials === this.#parts.credentials ? new Set() : this.#late;
    this.#late = new Set();
    const listeners = [...this.#listeners].filter((listener) => !late.has(listener));
    if (late.size > 0) this.#plan(0);
    else if (isTerminal(reading.job)) this.#end();
    else this.#plan(pollDelayMs(ageMs(reading, now - this.#startedAt), this.#parts.random));
    for (const listener of listeners) listener.onReading(reading);
  }

  #failed(thrown: unknown): void {
    this.#failure = thrown;
    this.#failures += 1;
    this.#late = new Set();
    this.#plan(failureDelayMs(this.#failures, this.#parts.random));
    for (const listener of [...this.#listeners]) listener.onFailure(thrown);
  }

  #plan(delayMs: number): void {
    this.#lastCheckAt = this.#parts.clock.monotonic();
    this.#plannedAt = this.#lastCheckAt + delayMs;
    this.#schedule();
  }

  #schedule(): void {
    this.#cancelTimer?.();
    const now = this.#parts.clock.monotonic();
    this.#nextCheckAt = Math.max(now, Math.min(this.#plannedAt, this.#lastLookAt(now)));
    this.#cancelTimer = after(this.#parts.clock, this.#nextCheckAt - now, () => this.#check());
  }

  /** When to look for the sake of the wait that ends first, never faster than the shortest pace. */
  #lastLookAt(now: number): number {
    let firstEnd = Number.POSITIVE_INFINITY;
    for (const { deadline } of this.#listeners) {
      if (deadline !== undefined && deadline > now && deadline < firstEnd) firstEnd = deadline;
    }
    const lookAt = Math.max(firstEnd - lastLookMs, this.#lastCheckAt + shortestPaceMs);
    return lookAt < firstEnd ? lookAt : Number.POSITIVE_INFINITY;
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#listeners.clear();
    this.#cancelTimer?.();
    this.#checking?.abort();
    this.#checking = undefined;
    this.#parts.onOver();
  }
}
