import type { Clock } from "../../ports.ts";
import { after } from "./timer.ts";

/** Why a call is made: for somebody who waits for this very answer, a job's first check, or one more look at it. */
export type Lane = "read" | "first" | "again";

/**
 * Whose turn it is, as long as each lane has somebody in it. Someone who asks for a status passes a thousand
 * polls; a job of which nothing is known passes one that was seen running; and no lane ever stands still.
 */
const turns: readonly Lane[] = ["read", "first", "read", "first", "again"];

/** A call whose turn comes late by this much still catches up: timers are not exact. */
const toleranceMs = 50;

/** What a second is taken longer for, so that it holds no call too many: the tolerance, and the way to the wire. */
const slackMs = toleranceMs + 50;

/** From a standing rate of nothing to the full one. */
const growBackMs = 60_000;

/** However hard it is throttled, it still tries this often a second. */
const lowestRate = 0.2;

/** Longest that one `Retry-After` can stop everything. */
const longestPauseMs = 20_000;

interface Waiting {
  lane: Lane;
  readonly grant: (at: number) => void;
}

/** A call's place in the queue. */
export interface BudgetEntry {
  /**
   * The monotonic time of the grant: at once where nobody waits and a call is due. Else it rejects with
   * `signal.reason` when the signal aborts first.
   */
  readonly granted: number | Promise<number>;
  /** Somebody now waits for this very answer. */
  readonly hurry: () => void;
}

/**
 * How many calls may be made to one account and region, on behalf of one caller: never more than `maxPerSecond`
 * in any second, evenly spread. Throttling halves the rate; it grows back linearly, within a minute.
 * Calls of one lane go in the order in which they came, so that every job gets its turn.
 */
export class CallBudget {
  readonly #clock: Clock;
  readonly #maxPerSecond: number;
  readonly #lanes: Record<Lane, Set<Waiting>> = { read: new Set(), first: new Set(), again: new Set() };
  #turn = 0;
  /** When the next call is due, in monotonic time, were they evenly spread. */
  #due = Number.NEGATIVE_INFINITY;
  #shrunkTo: number;
  #shrunkAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, maxPerSecond: number) {
    this.#clock = clock;
    this.#maxPerSecond = maxPerSecond;
    this.#shrunkTo = maxPerSecond;
  }

  /** Queues for one call. */
  enter(lane: Lane, signal: AbortSignal): BudgetEntry {
    const now = this.#clock.monotonic();
    if (this.queued === 0 && this.#early(now) <= 0 && !signal.aborted) {
      this.#spend(now);
      return { granted: now, hurry() {} };
    }
    let hurry = () => {};
    const granted = new Promise<number>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = () => {
        this.#lanes[waiting.lane].delete(waiting);
        if (this.queued === 0) this.#cancelTimer?.();
        reject(signal.reason);
      };
      const waiting: Waiting = {
        lane,
        grant: (at) => {
          signal.removeEventListener("abort", leave);
          resolve(at);
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      hurry = () => {
        if (this.#lanes[waiting.lane].delete(waiting)) {
          waiting.lane = "read";
          this.#lanes.read.add(waiting);
        }
      };
      this.#lanes[lane].add(waiting);
      this.#grantDue();
    });
    return { granted, hurry: () => hurry() };
  }

  /**
   * AWS throttled a call that had been granted at `grantedAt`. Calls that were under way together are throttled
   * together: only the first of them shrinks the budget.
   */
  throttled(grantedAt: number, retryAfterSeconds = 0): void {
    const now = this.#clock.monotonic();
    if (grantedAt >= this.#shrunkAt) {
      this.#shrunkTo = Math.max(Math.min(lowestRate, this.#maxPerSecond), this.rate / 2);
      this.#shrunkAt = now;
    }
    const pauseMs = Math.min(retryAfterSeconds * 1000, longestPauseMs);
    this.#due = Math.max(this.#due, now + pauseMs + toleranceMs);
  }

  /** Calls a second that are allowed now. */
  get rate(): number {
    if (this.#shrunkTo === this.#maxPerSecond) return this.#maxPerSecond;
    const grown = ((this.#clock.monotonic() - this.#shrunkAt) / growBackMs) * this.#maxPerSecond;
    return Math.min(this.#maxPerSecond, this.#shrunkTo + grown);
  }

  get queued(): number {
    return this.#lanes.read.size + this.#lanes.first.size + this.#lanes.again.size;
  }

  /** Nothing would change if this were forgotten and made anew. */
  get atRest(): boolean {
    return this.queued === 0 && this.#due <= this.#clock.monotonic() && this.rate === this.#maxPerSecond;
  }

  #grantDue(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (;;) {
      if (this.queued === 0) return;
      const now = this.#clock.monotonic();
      const early = this.#early(now);
      if (early > 0) {
        this.#cancelTimer = after(this.#clock, early, () => this.#grantDue());
        return;
      }
      this.#spend(now);
      this.#next()?.grant(now);
    }
  }

  /** Milliseconds for which a call has to wait yet; none where not over 0. */
  #early(now: number): number {
    return this.#due - toleranceMs - now;
  }

  #spend(now: number): void {
    this.#due = Math.max(this.#due, now) + (1000 + slackMs) / this.rate;
  }

  #next(): Waiting | undefined {
    for (let tried = 0; tried < turns.length; tried++) {
      const lane = this.#lanes[turns[this.#turn] ?? "read"];
      this.#turn = (this.#turn + 1) % turns.length;
      for (const first of lane) {
        lane.delete(first);
        return first;
      }
    }
    return undefined;
  }
}
