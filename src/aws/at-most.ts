/** Runs pieces of work, no more than `limit` at a time and the rest in the order in which they came. */
export class AtMost {
  readonly #limit: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Nothing runs, and nothing waits. */
  get idle(): boolean {
    return this.#running === 0;
  }

  /** @throws whatever the work throws, or the signal's reason where it aborts before the work has begun */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#turn(signal);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The place goes straight to the next, so that nobody who comes now is faster.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  async #turn(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#running < this.#limit) {
      this.#running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal?.reason);
      };
      const enter = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      this.#waiting.push(enter);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }
}
