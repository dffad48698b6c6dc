import type { Clock } from "../../ports.ts";

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

/**
 * When calls are due: never more than `maxPerSecond` in any second, evenly spread. Throttling halves the rate; it grows
 * back linearly, within a minute.
 */
export class CallRate {
  readonly #clock: Clock;
  readonly #maxPerSecond: number;
  /** When the next call is due, in monotonic time, were they evenly spread. */
  #due = Number.NEGATIVE_INFINITY;
  #shrunkTo: number;
  #shrunkAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, maxPerSecond: number) {
    this.#clock = clock;
    this.#maxPerSecond = maxPerSecond;
    this.#shrunkTo = maxPerSecond;
  }

  /** Milliseconds for which a call has to wait yet; none where not over 0. */
  early(now: number): number {
    return this.#due - toleranceMs - now;
  }

  /** A call is made. */
  spend(now: number): void {
    this.#due = Math.max(this.#due, now) + (1000 + slackMs) / this.#perSecond;
  }

  /**
   * AWS throttled a call that had been granted at `grantedAt`. Calls that were under way together are throttled
   * together: only the first of them shrinks the rate.
   */
  throttled(grantedAt: number, retryAfterSeconds: number): void {
    const now = this.#clock.monotonic();
    if (grantedAt >= this.#shrunkAt) {
      this.#shrunkTo = Math.max(Math.min(lowestRate, this.#maxPerSecond), this.#perSecond / 2);
      this.#shrunkAt = now;
    }
    const pauseMs = Math.min(retryAfterSeconds * 1000, longestPauseMs);
    this.#due = Math.max(this.#due, now + pauseMs + toleranceMs);
  }

  /** Nothing would change if this were forgotten and made anew. */
  get atRest(): boolean {
    return this.#due <= this.#clock.monotonic() && this.#perSecond === this.#maxPerSecond;
  }

  /** Calls a second that are allowed now. */
  get #perSecond(): number {
    if (this.#shrunkTo === this.#maxPerSecond) return this.#maxPerSecond;
    const grown = ((this.#clock.monotonic() - this.#shrunkAt) / growBackMs) * this.#maxPerSecond;
    return Math.min(this.#maxPerSecond, this.#shrunkTo + grown);
  }
}
