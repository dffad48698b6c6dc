import { type Clock, sleepBy } from "../../src/ports.ts";

/**
 * A clock for code that both pauses and sets time-outs. Pauses pass at once and are written down; a sleep of one of
 * the `timeouts` lasts until `runOut` is called for it.
 */
export class StepClock implements Clock {
  readonly pauses: number[] = [];
  readonly #timeouts: readonly number[];
  readonly #waiting = new Map<number, Set<() => void>>();
  #time: number;
  #elapsed = 0;

  constructor(options: { readonly timeouts: readonly number[]; readonly now?: number }) {
    this.#timeouts = options.timeouts;
    this.#time = options.now ?? Date.now();
  }

  now(): number {
    return this.#time + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(milliseconds: number, work: () => void): () => void {
    if (!this.#timeouts.includes(milliseconds)) {
      this.pauses.push(milliseconds);
      this.#elapsed += milliseconds;
      let calledOff = false;
      queueMicrotask(() => {
        if (!calledOff) work();
      });
      return () => {
        calledOff = true;
      };
    }
    const waiting = this.#waiting.get(milliseconds) ?? new Set();
    this.#waiting.set(milliseconds, waiting.add(work));
    return () => waiting.delete(work);
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return sleepBy(this, milliseconds, signal);
  }

  /** Lets every sleep of this length that is under way end. */
  runOut(milliseconds: number): void {
    this.#elapsed += milliseconds;
    for (const resolve of this.#waiting.get(milliseconds) ?? []) resolve();
    this.#waiting.delete(milliseconds);
  }
}
