import type { InvocationArn } from "../../aws/arn.ts";
import type { Clock } from "../../ports.ts";
import { CallBudget } from "./budget.ts";

/** From this many on, those that nobody uses are dropped before another is made. */
const leastSweep = 256;

/** One budget for each caller, account and region. */
export class Budgets {
  readonly #clock: Clock;
  readonly #maxPerSecond: number;
  readonly #budgets = new Map<string, CallBudget>();
  /** Grows with those in use: to look through ten thousand for each new one would cost more than the calls. */
  #sweepAt = leastSweep;

  constructor(clock: Clock, maxPerSecond: number) {
    this.#clock = clock;
    this.#maxPerSecond = maxPerSecond;
  }

  of(caller: string, arn: Pick<InvocationArn, "accountId" | "region">): CallBudget {
    const key = `${arn.accountId} ${arn.region} ${caller}`;
    let budget = this.#budgets.get(key);
    if (budget === undefined) {
      if (this.#budgets.size >= this.#sweepAt) this.#sweep();
      budget = new CallBudget(this.#clock, this.#maxPerSecond);
      this.#budgets.set(key, budget);
    }
    return budget;
  }

  get size(): number {
    return this.#budgets.size;
  }

  /** Calls that wait for their turn. */
  get queued(): number {
    let sum = 0;
    for (const budget of this.#budgets.values()) sum += budget.queued;
    return sum;
  }

  #sweep(): void {
    for (const [key, budget] of this.#budgets) if (budget.atRest) this.#budgets.delete(key);
    this.#sweepAt = Math.max(leastSweep, 2 * this.#budgets.size);
  }
}
