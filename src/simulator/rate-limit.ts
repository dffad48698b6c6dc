import type { Clock } from "../ports.ts";

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Lets through at most `perSecond` calls a second on average, and as many at once: a token bucket for each name. */
export class RateLimit {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #perSecond: number;
  readonly #size: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Pick<Clock, "monotonic">, perSecond: number) {
    if (!(perSecond > 0)) throw new RangeError("The rate has to be greater than 0.");
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#size = Math.max(1, perSecond);
  }

  /** Whether one more call is within the rate; if so, it is counted. */
  allows(name: string): boolean {
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(name) ?? { tokens: this.#size, filledAt: now };
    this.#buckets.set(name, bucket);
    const gained = ((now - bucket.filledAt) * this.#perSecond) / 1000;
    bucket.tokens = Math.min(this.#size, bucket.tokens + gained);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
