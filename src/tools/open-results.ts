/** Calls that wait for a task's result, to be ended when the task is cancelled. */
export class OpenResults {
  readonly #tasks = new Map<string, Set<AbortController>>();

  /** Hands `work` a signal that aborts with the given one, and at the `end` of the task. */
  async during<T>(
    taskId: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const ending = new AbortController();
    const others = this.#tasks.get(taskId) ?? new Set();
    this.#tasks.set(taskId, others.add(ending));
    try {
      return await work(AbortSignal.any([signal, ending.signal]));
    } finally {
      others.delete(ending);
      if (others.size === 0) this.#tasks.delete(taskId);
    }
  }

  end(taskId: string): void {
    for (const ending of this.#tasks.get(taskId) ?? []) ending.abort();
  }
}
