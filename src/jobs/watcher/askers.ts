/** Somebody who asks. */
export interface Asker {
  /** Whether it has been let go. */
  gone: boolean;
  /** Called once if it goes before its work is done. */
  onGone?: () => void;
}

/** People who wait for work that others may wait for too: each can be let go alone, and all of them at once. */
export class Askers {
  readonly #letGo = new Set<(failure: Error) => void>();

  /** Settles as `work` does, or rejects with what `cancelled` makes as soon as the signal aborts. */
  ask<T>(
    signal: AbortSignal | undefined,
    cancelled: () => Error,
    work: (asker: Asker) => Promise<T>,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const asker: Asker = { gone: false };
      const done = () => {
        signal?.removeEventListener("abort", onAbort);
        this.#letGo.delete(letGo);
      };
      const letGo = (failure: Error) => {
        done();
        asker.gone = true;
        asker.onGone?.();
        reject(failure);
      };
      const onAbort = () => letGo(cancelled());
      this.#letGo.add(letGo);
      signal?.addEventListener("abort", onAbort, { once: true });
      work(asker).finally(done).then(resolve, reject);
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
