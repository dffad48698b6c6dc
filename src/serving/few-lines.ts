import type { Clock, Log } from "../ports.ts";

/** Lines of one kind that are written in each window; the rest of them share one at its end. */
const linesPerWindow = 10;
const windowMs = 10_000;

/** How many lines of a kind are too many: however much goes wrong, the log stays readable. */
export class FewLines<Kind> {
  readonly #clock: Pick<Clock, "after">;
  readonly #onMore: (kind: Kind, more: { readonly count: number; readonly seconds: number }) => void;
  readonly #counts = new Map<Kind, number>();

  /** `onMore` hears at the end of a window how many were held back. */
  constructor(
    clock: Pick<Clock, "after">,
    onMore: (kind: Kind, more: { readonly count: number; readonly seconds: number }) => void,
  ) {
    this.#clock = clock;
    this.#onMore = onMore;
  }

  /** Whether one more of this kind is to be written. */
  take(kind: Kind): boolean {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count === 1) this.#clock.after(windowMs, () => this.#end(kind));
    return count <= linesPerWindow;
  }

  /** Ends all windows now. */
  end(): void {
    for (const kind of [...this.#counts.keys()]) this.#end(kind);
  }

  #end(kind: Kind): void {
    const count = (this.#counts.get(kind) ?? 0) - linesPerWindow;
    this.#counts.delete(kind);
    if (count > 0) this.#onMore(kind, { count, seconds: windowMs / 1000 });
  }
}

/** A log that takes few warnings with the same words. Call `end` when nothing more will come. */
export function fewWarnings(log: Log, clock: Pick<Clock, "after">): { readonly log: Log; end(): void } {
  const lines = new FewLines<string>(clock, (words, { count, seconds }) =>
    log.warn(`${words}: more of these`, { messages: count, seconds }),
  );
  return {
    log: {
      ...log,
      warn(message, facts) {
        if (lines.take(message)) log.warn(message, facts);
      },
    },
    end: () => lines.end(),
  };
}
