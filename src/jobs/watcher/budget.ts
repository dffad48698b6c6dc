import type { Clock } from "../../ports.ts";
import { CallRate } from "./call-rate.ts";
import type { SharedRate } from "./shared-rate.ts";
import { after } from "./timer.ts";

/** Why a call is made: for somebody who waits for this very answer, a job's first check, or one more look at it. */
export type Lane = "read" | "first" | "again";

/**
 * Whose turn it is, as long as each lane has somebody in it. Someone who asks for a status passes a thousand
 * polls; a job of which nothing is known passes one that was seen running; and no lane ever stands still.
 */
const turns: readonly Lane[] = ["read", "first", "read", "first", "again"];

interface Waiting {
  lane: Lane;
  readonly grant: (at: number) => void;
}

/** A call's place in the queue. */
export interface BudgetEntry {
  /**
   * The monotonic time of the grant: at once where nobody waits and a call is due. Else it rejects with
   * `signal.reason` when the signal aborts first.
   */
  readonly granted: number | Promise<number>;
  /** Somebody now waits for this very answer. */
  readonly hurry: () => void;
}

/**
 * How many calls may be made to one account and region, on behalf of one caller; and when, where all callers share a
 * rate. Calls of one lane go in the order in which they came, so that every job gets its turn.
 */
export class CallBudget {
  readonly #clock: Clock;
  readonly #own: CallRate;
  readonly #shared: SharedRate | undefined;
  readonly #lanes: Record<Lane, Set<Waiting>> = { read: new Set(), first: new Set(), again: new Set() };
  #turn = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, maxPerSecond: number, shared?: SharedRate) {
    this.#clock = clock;
    this.#own = new CallRate(clock, maxPerSecond);
    this.#shared = shared;
  }

  /** Queues for one call. */
  enter(lane: Lane, signal: AbortSignal): BudgetEntry {
    const now = this.#clock.monotonic();
    if (this.queued === 0 && this.#own.early(now) <= 0 && !signal.aborted && this.#takeShared(now)) {
      this.#own.spend(now);
      return { granted: now, hurry() {} };
    }
    let hurry = () => {};
    const granted = new Promise<number>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = () => {
        this.#lanes[waiting.lane].delete(waiting);
        if (this.queued === 0) {
          this.#cancelTimer?.();
          this.#shared?.leave(this.#makeNext);
        }
        reject(signal.reason);
      };
      const waiting: Waiting = {
        lane,
        grant: (at) => {
          signal.removeEventListener("abort", leave);
          resolve(at);
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      hurry = () => {
        if (this.#lanes[waiting.lane].delete(waiting)) {
          waiting.lane = "read";
          this.#lanes.read.add(waiting);
        }
      };
      this.#lanes[lane].add(waiting);
      this.#grantDue();
    });
    return { granted, hurry: () => hurry() };
  }

  /** AWS throttled a call that had been granted at `grantedAt`. */
  throttled(grantedAt: number, retryAfterSeconds = 0): void {
    this.#own.throttled(grantedAt, retryAfterSeconds);
    this.#shared?.throttled(grantedAt, retryAfterSeconds);
  }

  get queued(): number {
    return this.#lanes.read.size + this.#lanes.first.size + this.#lanes.again.size;
  }

  /** Nothing would change if this were forgotten and made anew. */
  get atRest(): boolean {
    return this.queued === 0 && this.#own.atRest;
  }

  #grantDue(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (;;) {
      if (this.queued === 0) return;
      const now = this.#clock.monotonic();
      const early = this.#own.early(now);
      if (early > 0) {
        this.#cancelTimer = after(this.#clock, early, () => this.#grantDue());
        return;
      }
      if (!this.#takeShared(now)) {
        this.#shared?.wait(this.#makeNext);
        return;
      }
      this.#grantNext(now);
    }
  }

  #takeShared(now: number): boolean {
    return this.#shared === undefined || this.#shared.take(now);
  }

  readonly #makeNext = (now: number) => {
    this.#grantNext(now);
    this.#grantDue();
  };

  #grantNext(now: number): void {
    this.#own.spend(now);
    this.#next()?.grant(now);
  }

  #next(): Waiting | undefined {
    for (let tried = 0; tried < turns.length; tried++) {
      const lane = this.#lanes[turns[this.#turn] ?? "read"];
      this.#turn = (this.#turn + 1) % turns.length;
      for (const first of lane) {
        lane.delete(first);
        return first;
      }
    }
    return undefined;
  }
}
