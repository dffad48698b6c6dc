import type { Clock, Log } from "../../ports.ts";
import { IssuerFailure, type IssuerKeysDocument, type PublicJwk } from "./issuer-documents.ts";

/** Keys that were fetched together. The same ones fetched again are the same object. */
export interface KeySet<Finder> {
  readonly find: Finder;
  /** What they were made from. */
  readonly text: string;
}

export type KeysAnswer<Finder> =
  | { readonly ok: true; readonly keys: KeySet<Finder> }
  /** The issuer cannot be asked now. */
  | { readonly ok: false; readonly retryAfterSeconds: number };

export interface IssuerKeysParts<Finder> {
  /** For the log. */
  readonly issuer: string;
  readonly fetchKeys: () => Promise<IssuerKeysDocument>;
  readonly finderOf: (keys: readonly PublicJwk[]) => Finder;
  readonly clock: Clock;
  readonly log: Log;
}

/** After this they are fetched again, while the old ones serve. */
const freshMs = 10 * 60_000;
/** For so long at the most they serve while the issuer cannot be asked. */
const longestMs = 60 * 60_000;
/** Until the issuer is asked again that could not be. */
const failurePauseMs = 5_000;
/** Until the issuer is asked again for a key that it did not have. */
const unknownPauseMs = 30_000;
/** Callers that wait for an answer of the issuer: they have no place among the bounded calls yet. */
const maxWaiting = 1000;

/** An issuer's keys: fetched when they are needed first, kept, and renewed, by one request at a time and few in all. */
export class IssuerKeys<Finder> {
  readonly #parts: IssuerKeysParts<Finder>;
  #held: { readonly keys: KeySet<Finder>; readonly fetchedAt: number } | undefined;
  #fetching: Promise<void> | undefined;
  /** Monotonic milliseconds before which the issuer is left in peace. */
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #failed = false;
  #waiting = 0;

  constructor(parts: IssuerKeysParts<Finder>) {
    this.#parts = parts;
  }

  /** Those that may serve now, without waiting. */
  current(): KeySet<Finder> | undefined {
    if (this.#held === undefined) return undefined;
    const age = this.#parts.clock.monotonic() - this.#held.fetchedAt;
    if (age > freshMs) void this.#fetch();
    return age > longestMs ? undefined : this.#held.keys;
  }

  async get(): Promise<KeysAnswer<Finder>> {
    if (this.current() === undefined && !(await this.#fetched())) return this.#unavailable();
    const keys = this.current();
    return keys === undefined ? this.#unavailable() : { ok: true, keys };
  }

  /** Looks whether the issuer has more keys than these, among which one was not found. */
  async beyond(known: KeySet<Finder>): Promise<KeysAnswer<Finder>> {
    // Somebody else may have looked since.
    if (this.current() === known && !(await this.#fetched(() => this.#held?.keys === known))) {
      return this.#unavailable();
    }
    const keys = this.current();
    if (keys === undefined || (keys === known && this.#failed)) return this.#unavailable();
    return { ok: true, keys };
  }

  #unavailable(): KeysAnswer<Finder> {
    const left = this.#pausedUntil - this.#parts.clock.monotonic();
    return { ok: false, retryAfterSeconds: Math.max(1, Math.ceil(left / 1000)) };
  }

  /** Waits for the issuer. False where too many do so already. */
  async #fetched(inVain?: () => boolean): Promise<boolean> {
    if (this.#waiting >= maxWaiting) return false;
    this.#waiting += 1;
    await this.#fetch(inVain);
    this.#waiting -= 1;
    return true;
  }

  /** Never rejects. Does nothing in a pause. */
  #fetch(inVain: () => boolean = () => false): Promise<void> {
    if (this.#fetching === undefined && this.#parts.clock.monotonic() < this.#pausedUntil) {
      return Promise.resolve();
    }
    this.#fetching ??= this.#fetchOnce().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching.then(() => {
      if (!this.#failed && inVain()) this.#pause(unknownPauseMs);
    });
  }

  async #fetchOnce(): Promise<void> {
    const { clock, fetchKeys, finderOf, issuer, log } = this.#parts;
    try {
      const { keys, leftOut } = await fetchKeys();
      const text = JSON.stringify(keys);
      const same = this.#held?.keys.text === text ? this.#held.keys : undefined;
      this.#held = { keys: same ?? { find: finderOf(keys), text }, fetchedAt: clock.monotonic() };
      this.#failed = false;
      if (same !== undefined) return;
      log.info("keys of the issuer of tokens", { issuer, keys: keys.length });
      if (leftOut > 0) {
        log.warn("the issuer publishes private or shared keys, which are not used", {
          issuer,
          keys: leftOut,
        });
      }
    } catch (thrown) {
      this.#failed = true;
      this.#pause(failurePauseMs);
      const reason = thrown instanceof IssuerFailure ? thrown.message : "a fault of this server";
      log.warn("the keys of the issuer of tokens could not be had", { issuer, reason });
    }
  }

  #pause(milliseconds: number): void {
    this.#pausedUntil = this.#parts.clock.monotonic() + milliseconds;
  }
}
