/** What a request is: its body is still being read; or it is worked on; or it stands open until a job ends. */
export type LoadKind = "body" | "call" | "wait";

/** Why a call is not taken: the server stops, there are too many in all, or too many of this caller. */
export interface LoadRefusal {
  readonly why: "stopping" | "all" | "caller";
  readonly kind: LoadKind;
  /** What was reached. Absent where the server stops. */
  readonly limit?: number;
}

/** Requests whose bodies are being read: however many come, there is room for one more. */
export class Bodies<Place extends { readonly callerId: string }> {
  readonly max: number;
  /** In the order in which they came. */
  readonly #places = new Set<Place>();

  constructor(max: number) {
    this.max = max;
  }

  get size(): number {
    return this.#places.size;
  }

  /** Gives the place that is taken for it. Whoever sends slowly cannot keep out those who do not. */
  enter(place: Place): Place | undefined {
    const loser = this.size < this.max ? undefined : this.#oldestOfBusiest();
    if (loser !== undefined) this.#places.delete(loser);
    this.#places.add(place);
    return loser;
  }

  leave(place: Place): void {
    this.#places.delete(place);
  }

  /** Of the caller who has most of them: nobody loses a body to another who sends more than they do. */
  #oldestOfBusiest(): Place | undefined {
    const oldest = new Map<string, { readonly place: Place; count: number }>();
    for (const place of this.#places) {
      const own = oldest.get(place.callerId);
      if (own === undefined) oldest.set(place.callerId, { place, count: 1 });
      else own.count += 1;
    }
    let busiest: { readonly place: Place; readonly count: number } | undefined;
    for (const own of oldest.values()) if (own.count > (busiest?.count ?? 0)) busiest = own;
    return busiest?.place;
  }
}

/** So many fit in, and so many of each caller. */
export class Room {
  readonly #kind: LoadKind;
  readonly #max: number;
  readonly #maxPerCaller: number;
  /** Of those who are in there: it does not grow with callers who were. */
  readonly #ofCaller = new Map<string, number>();
  size = 0;

  constructor(kind: LoadKind, max: number, maxPerCaller: number) {
    this.#kind = kind;
    this.#max = max;
    this.#maxPerCaller = maxPerCaller;
  }

  /** A caller's own bound is looked at first: it is theirs to keep, and nobody else's to hear of. */
  refusal(callerId: string): LoadRefusal | undefined {
    if (callerId !== "" && (this.#ofCaller.get(callerId) ?? 0) >= this.#maxPerCaller) {
      return { why: "caller", kind: this.#kind, limit: this.#maxPerCaller };
    }
    return this.size >= this.#max ? { why: "all", kind: this.#kind, limit: this.#max } : undefined;
  }

  enter(callerId: string): void {
    this.#ofCaller.set(callerId, (this.#ofCaller.get(callerId) ?? 0) + 1);
    this.size += 1;
  }

  leave(callerId: string): void {
    const own = this.#ofCaller.get(callerId) ?? 0;
    if (own > 1) this.#ofCaller.set(callerId, own - 1);
    else this.#ofCaller.delete(callerId);
    this.size -= 1;
  }
}
