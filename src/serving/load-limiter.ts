import { Bodies, type LoadKind, type LoadRefusal, Room } from "./load-rooms.ts";

/** How many calls may be open at once. A caller whose id is empty is the only one, and has no share of their own. */
export interface LoadLimits {
  /** Calls that are worked on, waits not counted. */
  readonly maxInFlight: number;
  readonly maxInFlightPerCaller: number;
  /** Calls and streams that stand open until a job ends. */
  readonly maxWaits: number;
  readonly maxWaitsPerCaller: number;
}

const defaultLoadLimits: LoadLimits = {
  maxInFlight: 200,
  maxInFlightPerCaller: 64,
  maxWaits: 1_000,
  maxWaitsPerCaller: 100,
};

export interface LoadStats {
  readonly bodies: number;
  /** Calls under way, waits not counted. */
  readonly calls: number;
  readonly waits: number;
  /** Since the start. */
  readonly refused: Readonly<Record<LoadRefusal["why"], number>>;
}

/** Bodies that are read at once, however few calls are taken: what comes with its headers leaves at once. */
const leastBodies = 256;

/** Counts the requests that are open, in all and for each caller, and says which are too many. */
export class LoadLimiter {
  readonly #bodies: Bodies<Place>;
  readonly #calls: Room;
  readonly #waits: Room;
  readonly #refused = { stopping: 0, all: 0, caller: 0 };
  #draining = false;
  #onEmpty: (() => void)[] = [];

  constructor(limits: LoadLimits = defaultLoadLimits) {
    this.#bodies = new Bodies(Math.max(leastBodies, limits.maxInFlight));
    this.#calls = new Room("call", limits.maxInFlight, limits.maxInFlightPerCaller);
    this.#waits = new Room("wait", limits.maxWaits, limits.maxWaitsPerCaller);
  }

  /** Whether no more calls are taken. */
  get draining(): boolean {
    return this.#draining;
  }

  get stats(): LoadStats {
    const [bodies, calls, waits] = [this.#bodies.size, this.#calls.size, this.#waits.size];
    return { bodies, calls, waits, refused: { ...this.#refused } };
  }

  /**
   * A place among the bodies that are read, for one more request of this caller; or why a call would not be taken now.
   * Where there are too many bodies, one that is on its way for longer has to give up its place.
   */
  enter(callerId: string): Place | LoadRefusal {
    if (this.#draining) return this.#refuse({ why: "stopping", kind: "call" });
    const refusal = this.#calls.refusal(callerId);
    if (refusal !== undefined) return this.#refuse(refusal);
    const place = new Place(this, callerId);
    const loser = this.#bodies.enter(place);
    loser?.lose(this.#refuse({ why: "all", kind: "body", limit: this.#bodies.max }));
    return place;
  }

  /** For places alone. One that was taken before a stop goes on. */
  move(place: Place, to: "call" | "wait"): LoadRefusal | undefined {
    const room = to === "call" ? this.#calls : this.#waits;
    const refusal = room.refusal(place.callerId);
    if (refusal !== undefined) return this.#refuse(refusal);
    room.enter(place.callerId);
    this.leave(place);
    return undefined;
  }

  /** For places alone. */
  leave(place: Place): void {
    if (place.kind === "body") this.#bodies.leave(place);
    else (place.kind === "wait" ? this.#waits : this.#calls).leave(place.callerId);
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
    if (this.#onEmpty.length === 0 || this.#bodies.size + this.#calls.size + this.#waits.size > 0) return;
    for (const resolve of this.#onEmpty.splice(0)) resolve();
  }
}

/** One request's place among those that are open. */
export class Place {
  readonly callerId: string;
  readonly #load: LoadLimiter;
  #kind: LoadKind = "body";
  #left = false;
  #lost: LoadRefusal | undefined;
  /** Called where another body needs the place of this one, whose request is to be refused then. */
  onLost: ((refusal: LoadRefusal) => void) | undefined;

  constructor(load: LoadLimiter, callerId: string) {
    this.#load = load;
    this.callerId = callerId;
  }

  get kind(): LoadKind {
    return this.#kind;
  }

  /** Once the body is there: moves to among the calls or the waits, where there is room; stays where it is, else. */
  become(kind: "call" | "wait"): LoadRefusal | undefined {
    if (this.#left || this.#kind !== "body") return this.#lost;
    const refusal = this.#load.move(this, kind);
    if (refusal === undefined) this.#kind = kind;
    return refusal;
  }

  /** For the limiter alone. */
  lose(refusal: LoadRefusal): void {
    this.#lost = refusal;
    this.#left = true;
    this.onLost?.(refusal);
  }

  /** To be called once the request has its whole answer. More often does no harm. */
  leave(): void {
    if (this.#left) return;
    this.#load.leave(this);
    this.#left = true;
  }
}
