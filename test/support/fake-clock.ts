import { type Clock, sleepBy } from "../../src/ports.ts";

interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/**
 * A clock that stands still until `advance`. Sleeps end in order of their time, those of one time in the order in
 * which they began, and everything that one sets off is done before the next ends.
 */
export class FakeClock implements Clock {
  #elapsed = 0;
  #wallAhead: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now = Date.UTC(2026, 0, 2, 3, 4, 5)) {
    this.#wallAhead = now;
  }

  now(): number {
    return this.#wallAhead + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(milliseconds: number, work: () => void): () => void {
    const sleeper: Sleeper = {
      dueAt: this.#elapsed + Math.max(0, milliseconds),
      wake: () => {
        this.#sleepers.delete(sleeper);
        work();
      },
    };
    this.#sleepers.add(sleeper);
    return () => this.#sleepers.delete(sleeper);
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return sleepBy(this, milliseconds, signal);
  }

  /** Sleeps that have not ended. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** Lets time pass, and everything happen that happens in it. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#elapsed + milliseconds;
    await settle();
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.dueAt > until) break;
      this.#elapsed = next.dueAt;
      next.wake();
      await settle();
    }
    this.#elapsed = until;
  }

  /** The wall clock is set: forth, or back. Durations do not notice. */
  jump(milliseconds: number): void {
    this.#wallAhead += milliseconds;
  }

  #next(): Sleeper | undefined {
    let next: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (next === undefined || sleeper.dueAt < next.dueAt) next = sleeper;
    }
    return next;
  }
}

/** Lets every promise run that can. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
