import { readCapped } from "../aws/read-capped.ts";
import type { Clock, Fetch } from "../ports.ts";

/** What an issuer publishes, as text, and when that was: monotonic milliseconds. */
interface Held {
  readonly text: string;
  readonly fetchedAt: number;
}

/** For so long a document serves the first question of each request. */
const freshMs = 10 * 60_000;
/** A request that asks again did not find a key in it: the document is fetched anew, but not more often than this. */
const unknownPauseMs = 30_000;
/** Those of one issuer: its metadata, where it is looked for, and its keys. */
const maxDocuments = 10;
const maxBytes = 256 * 1024;

/**
 * An issuer's documents, kept from one request to the next where requests can share text and nothing that is under
 * way. The clock stands still while a request computes, which does no harm.
 */
export class RememberedDocuments {
  readonly #held = new Map<string, Held>();
  readonly #clock: Pick<Clock, "monotonic">;

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** A `fetch` for the documents that one request needs. */
  forRequest(fetch: Fetch): Fetch {
    const asked = new Set<string>();
    return async (input, init) => {
      const url = String(input);
      const longest = asked.has(url) ? unknownPauseMs : freshMs;
      asked.add(url);
      const held = this.#held.get(url);
      if (held !== undefined && this.#clock.monotonic() - held.fetchedAt < longest) {
        return answer(held.text);
      }
      const response = await fetch(url, init);
      if (response.status !== 200) return response;
      const signal = init?.signal ?? new AbortController().signal;
      const { bytes, whole } = await readCapped(response, maxBytes, signal, "cut", () => {});
      // One byte more than is taken, so that whoever reads it says that it is too large.
      if (!whole) return new Response(new Uint8Array(maxBytes + 1));
      const text = new TextDecoder().decode(bytes);
      this.#keep(url, text);
      return answer(text);
    };
  }

  #keep(url: string, text: string): void {
    if (this.#held.size >= maxDocuments && !this.#held.has(url)) this.#held.clear();
    this.#held.set(url, { text, fetchedAt: this.#clock.monotonic() });
  }
}

function answer(text: string): Response {
  return new Response(text, { headers: { "content-type": "application/json" } });
}
