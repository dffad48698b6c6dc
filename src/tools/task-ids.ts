import { readInvocationArn } from "../aws/arn.ts";
import type { Caller } from "../caller.ts";
import { makeTaskId, readTaskId, type TaskFacts, type TaskKey, taskKey } from "../jobs/task-id.ts";
import type { Random } from "../ports.ts";
import type { ReadTask } from "./wait-task.ts";

export interface TaskIdsParts {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: Random;
  /** What ids are sealed with. */
  readonly taskSecret: string | undefined;
}

/** Makes and reads the ids of tasks with one key, which is made when the first id asks for it. */
export class TaskIds {
  readonly #parts: TaskIdsParts;
  #sealing: Promise<TaskKey> | undefined;

  constructor(parts: TaskIdsParts) {
    this.#parts = parts;
  }

  async make(facts: TaskFacts, caller: Caller): Promise<string> {
    return await makeTaskId(facts, caller.id, await this.#key(), this.#parts.random);
  }

  /** Absent if there is no such task of this caller, or its time is over. */
  async read(taskId: string, caller: Caller): Promise<ReadTask | undefined> {
    const facts = await readTaskId(taskId, caller.id, await this.#key(), this.#parts.now());
    const reading = facts === undefined ? undefined : readInvocationArn(facts.invocationArn);
    return facts === undefined || !reading?.ok ? undefined : { arn: reading.arn, facts };
  }

  #key(): Promise<TaskKey> {
    this.#sealing ??= taskKey(this.#parts.taskSecret);
    return this.#sealing;
  }
}
