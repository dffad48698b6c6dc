import type { Clock } from "../../ports.ts";
import { CallRate } from "./call-rate.ts";
import { after } from "./timer.ts";

/**
 * How many calls all callers together may make to one account and region. They take turns, one call each, however many
 * each of them has to make.
 */
export class SharedRate {
  readonly #clock: Clock;
  readonly #rate: CallRate;
  readonly #waiting = new Set<(now: number) => void>();
  #cancelTimer: (() => void) | undefined;
  /** Whoever waits again while it is their turn is in the line that is gone through. */
  #serving = false;

  constructor(clock: Clock, maxPerSecond: number) {
    this.#clock = clock;
    this.#rate = new CallRate(clock, maxPerSecond);
  }

  /** Takes one call, where one is due and nobody waits for it. */
  take(now: number): boolean {
    if (this.#waiting.size > 0 || this.#rate.early(now) > 0) return false;
    this.#rate.spend(now);
    return true;
  }

  /** Has `make` called once, to make one call, when it is its turn. Whoever waits already keeps their place. */
  wait(make: (now: number) => void): void {
    this.#waiting.add(make);
    if (!this.#serving) this.#serve();
  }

  leave(make: (now: number) => void): void {
    this.#waiting.delete(make);
    if (this.#waiting.size === 0) this.#cancelTimer?.();
  }

  throttled(grantedAt: number, retryAfterSeconds: number): void {
    this.#rate.throttled(grantedAt, retryAfterSeconds);
  }

  /** Nothing would change if this were forgotten and made anew. */
  get atRest(): boolean {
    return this.#waiting.size === 0 && this.#rate.atRest;
  }

  #serve(): void {
    this.#cancelTimer?.();
    this.#serving = true;
    for (const make of this.#waiting) {
      const now = this.#clock.monotonic();
      const early = this.#rate.early(now);
      if (early > 0) {
        this.#cancelTimer = after(this.#clock, early, () => this.#serve());
        break;
      }
      this.#waiting.delete(make);
      this.#rate.spend(now);
      make(now);
    }
    this.#serving = false;
  }
}
