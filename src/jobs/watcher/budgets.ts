import type { InvocationArn } from "../../aws/arn.ts";
import type { Clock } from "../../ports.ts";
import { CallBudget } from "./budget.ts";
import { SharedRate } from "./shared-rate.ts";

/** From this many on, those that nobody uses are dropped before another is made. */
const leastSweep = 256;

export interface CallLimits {
  /** Of each caller, to one account and region. */
  readonly maxPerSecond: number;
  /** Of all of them together. Absent: as many as theirs come to. */
  readonly maxPerSecondInAll?: number | undefined;
}

/** One account's region. */
interface Place {
  readonly shared: SharedRate | undefined;
  readonly budgets: Map<string, CallBudget>;
}

/** One budget for each caller, account and region. */
export class Budgets {
  readonly #clock: Clock;
  readonly #limits: CallLimits;
  readonly #places = new Map<string, Place>();
  #size = 0;
  /** Grows with those in use: to look through ten thousand for each new one would cost more than the calls. */
  #sweepAt = leastSweep;

  constructor(clock: Clock, limits: CallLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  of(caller: string, arn: Pick<InvocationArn, "accountId" | "region">): CallBudget {
    const name = `${arn.accountId} ${arn.region}`;
    return this.#places.get(name)?.budgets.get(caller) ?? this.#make(caller, name);
  }

  get size(): number {
    return this.#size;
  }

  /** Calls that wait for their turn. */
  get queued(): number {
    let sum = 0;
    for (const { budgets } of this.#places.values())
      for (const budget of budgets.values()) sum += budget.queued;
    return sum;
  }

  #make(caller: string, name: string): CallBudget {
    if (this.#size >= this.#sweepAt) this.#sweep();
    const { maxPerSecond, maxPerSecondInAll } = this.#limits;
    const place = this.#places.get(name) ?? {
      shared: maxPerSecondInAll === undefined ? undefined : new SharedRate(this.#clock, maxPerSecondInAll),
      budgets: new Map(),
    };
    this.#places.set(name, place);
    const budget = new CallBudget(this.#clock, maxPerSecond, place.shared);
    place.budgets.set(caller, budget);
    this.#size += 1;
    return budget;
  }

  #sweep(): void {
    for (const [name, { budgets, shared }] of this.#places) {
      for (const [caller, budget] of budgets) {
        if (budget.atRest && budgets.delete(caller)) this.#size -= 1;
      }
      if (budgets.size === 0 && (shared?.atRest ?? true)) this.#places.delete(name);
    }
    this.#sweepAt = Math.max(leastSweep, 2 * this.#size);
  }
}
