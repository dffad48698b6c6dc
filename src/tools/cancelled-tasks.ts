import type { Caller } from "../caller.ts";
import { RecentMap } from "../recent-map.ts";

const maxCallers = 1_000;
const maxTasks = 100;

/** When tasks were cancelled, in wall milliseconds. Nobody's many make another's forgotten; bounded all the same. */
export class CancelledTasks {
  readonly #callers = new RecentMap<string, RecentMap<string, number>>(maxCallers);

  note(taskId: string, { id }: Caller, at: number): void {
    const tasks = this.#callers.get(id) ?? new RecentMap<string, number>(maxTasks);
    tasks.set(taskId, at);
    this.#callers.set(id, tasks);
  }

  at(taskId: string, { id }: Caller): number | undefined {
    return this.#callers.get(id)?.get(taskId);
  }
}
