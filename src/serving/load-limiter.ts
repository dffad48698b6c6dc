/** How many calls may be open at once. A caller whose id is empty is the only one, and has no share of their own. */
export interface LoadLimits {
  /** Calls that are worked on, waits not counted. */
  readonly maxInFlight: number;
  readonly maxInFlightPerCaller: number;
  /** Calls and streams that stand open until a job ends. */
  readonly maxWaits: number;
  readonly maxWaitsPerCaller: number;
}

export const defaultLoadLimits: LoadLimits = {
  maxInFlight: 200,
  maxInFlightPerCaller: 64,
  maxWaits: 1_000,
  maxWaitsPerCaller: 100,
};

/** Why a call is not taken: the server stops, there are too many in all, or too many of this caller. */
export interface LoadRefusal {
  readonly why: "stopping" | "all" | "caller";
  readonly kind: "call" | "wait";
  /** What was reached. Absent where the server stops. */
  readonly limit?: number;
}

export interface LoadStats {
  /** Calls under way, waits not counted. */
  readonly calls: number;
  readonly waits: number;
  /** Since the start. */
  readonly refused: Readonly<Record<LoadRefusal["why"], number>>;
}

/** Counts the calls that are open, in all and for each caller, and says which are too many. */
export class LoadLimiter {
  readonly #calls: Room;
  readonly #waits: Room;
  readonly #refused = { stopping: 0, all: 0, caller: 0 };
  #draining = false;
  #onEmpty: (() => void)[] = [];

  constructor(limits: LoadLimits = defaultLoadLimits) {
    this.#calls = new Room("call", limits.maxInFlight, limits.maxInFlightPerCaller);
    this.#waits = new Room("wait", limits.maxWaits, limits.maxWaitsPerCaller);
  }

  /** Whether no more calls are taken. */
  get draining(): boolean {
    return this.#draining;
  }

  get stats(): LoadStats {
    return { calls: this.#calls.size, waits: this.#waits.size, refused: { ...this.#refused } };
  }

  /** A place for one more call of this caller, or why there is none. */
  enter(callerId: string): Place | LoadRefusal {
    if (this.#draining) return this.#refuse({ why: "stopping", kind: "call" });
    const refusal = this.#calls.enter(callerId);
    return refusal === undefined ? new Place(this, callerId) : this.#refuse(refusal);
  }

  /** Moves a call to among the waits. One that was taken before a stop is answered at once, with what is known. */
  becomeWait(callerId: string): LoadRefusal | undefined {
    const refusal = this.#waits.enter(callerId);
    if (refusal !== undefined) return this.#refuse(refusal);
    this.#calls.leave(callerId);
    return undefined;
  }

  leave(callerId: string, kind: LoadRefusal["kind"]): void {
    (kind === "wait" ? this.#waits : this.#calls).leave(callerId);
    this.#tellIfEmpty();
  }

  /** Takes no more calls; resolves once none is open. */
  drain(): Promise<void> {
    this.#draining = true;
    return new Promise((resolve) => {
      this.#onEmpty.push(resolve);
      this.#tellIfEmpty();
    });
  }

  #refuse(refusal: LoadRefusal): LoadRefusal {
    this.#refused[refusal.why] += 1;
    return refusal;
  }

  #tellIfEmpty(): void {
    if (this.#onEmpty.length === 0 || this.#calls.size + this.#waits.size > 0) return;
    for (const resolve of this.#onEmpty.splice(0)) resolve();
  }
}

/** One call's place among those that are open. */
export class Place {
  readonly #load: LoadLimiter;
  readonly #callerId: string;
  #kind: LoadRefusal["kind"] | "left" = "call";

  constructor(load: LoadLimiter, callerId: string) {
    this.#load = load;
    this.#callerId = callerId;
  }

  /** Moves to among the waits, where there is room; stays where it is, else. */
  becomeWait(): LoadRefusal | undefined {
    if (this.#kind !== "call") return undefined;
    const refusal = this.#load.becomeWait(this.#callerId);
    if (refusal === undefined) this.#kind = "wait";
    return refusal;
  }

  /** To be called once the call has its whole answer. More often does no harm. */
  leave(): void {
    if (this.#kind === "left") return;
    this.#load.leave(this.#callerId, this.#kind);
    this.#kind = "left";
  }
}

/** So many fit in, and so many of each caller. */
class Room {
  readonly #kind: LoadRefusal["kind"];
  readonly #max: number;
  readonly #maxPerCaller: number;
  /** Of those who are in there: it does not grow with callers who were. */
  readonly #ofCaller = new Map<string, number>();
  size = 0;

  constructor(kind: LoadRefusal["kind"], max: number, maxPerCaller: number) {
    this.#kind = kind;
    this.#max = max;
    this.#maxPerCaller = maxPerCaller;
  }

  /** A caller's own bound is looked at first: it is theirs to keep, and nobody else's to hear of. */
  enter(callerId: string): LoadRefusal | undefined {
    const own = this.#ofCaller.get(callerId) ?? 0;
    if (callerId !== "" && own >= this.#maxPerCaller) {
      return { why: "caller", kind: this.#kind, limit: this.#maxPerCaller };
    }
    if (this.size >= this.#max) return { why: "all", kind: this.#kind, limit: this.#max };
    this.#ofCaller.set(callerId, own + 1);
    this.size += 1;
    return undefined;
  }

  leave(callerId: string): void {
    const own = this.#ofCaller.get(callerId) ?? 0;
    if (own > 1) this.#ofCaller.set(callerId, own - 1);
    else this.#ofCaller.delete(callerId);
    this.size -= 1;
  }
}
