/** People who wait for work that others may wait for too: each can be let go alone, and all of them at once. */
export class Askers {
  readonly #letGo = new Set<(failure: Error) => void>();

  /** Settles as `work` does, or rejects with what `cancelled` makes as soon as the signal aborts. */
  wait<T>(work: Promise<T>, signal: AbortSignal | undefined, cancelled: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = () => {
        signal?.removeEventListener("abort", onAbort);
        this.#letGo.delete(letGo);
      };
      const letGo = (failure: Error) => {
        done();
        reject(failure);
      };
      const onAbort = () => letGo(cancelled());
      this.#letGo.add(letGo);
      work.then(
        (value) => {
          done();
          resolve(value);
        },
        (thrown: unknown) => {
          done();
          reject(thrown);
        },
      );
      if (signal?.aborted) onAbort();
      else signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** How many wait. */
  get size(): number {
    return this.#letGo.size;
  }

  letAllGo(failure: Error): void {
    for (const letGo of [...this.#letGo]) letGo(failure);
  }
}
