/** A body as far as it was read. */
export interface CappedBody {
  /** The body, or what is kept of one that is too large. */
  readonly bytes: Uint8Array;
  /** Whether that is all of it. */
  readonly whole: boolean;
}

/**
 * A response's body, if it has at most `maxBytes`; else its start, or nothing of it. What is over the cap is not
 * read: the stream is cancelled, which frees the connection. `arrived` is called for each piece of a larger body.
 */
export async function readCapped(
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
  tooLarge: "cut" | "drop",
  arrived: () => void,
): Promise<CappedBody> {
  const size = declaredSize(response.headers);
  if (size !== undefined && size <= Math.min(maxBytes, smallSize)) {
    // Most answers are small and say so. HTTP ends them at that size, so there is nothing to cap; and looking at
    // `body` would already make a stream of it.
    return { bytes: new Uint8Array(await response.arrayBuffer()), whole: true };
  }
  if (response.body === null) return { bytes: new Uint8Array(), whole: true };
  const reader = response.body.getReader();
  const stop = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  try {
    const body = size === undefined ? new Chunks() : new Filled(Math.min(size, maxBytes));
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      arrived();
      if (done) return { bytes: body.bytes(), whole: true };
      const room = Math.min(size ?? maxBytes, maxBytes) - body.length;
      if (value.byteLength > room) {
        await reader.cancel();
        if (tooLarge === "drop") return { bytes: new Uint8Array(), whole: false };
        body.add(value.subarray(0, room));
        return { bytes: body.bytes(), whole: false };
      }
      body.add(value);
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Gives up a body that is known to be too large, and its connection. */
export async function leaveUnread(response: Response): Promise<CappedBody> {
  await response.body?.cancel();
  return { bytes: new Uint8Array(), whole: false };
}

const smallSize = 16 * 1024;

/** Bytes that the body is going to have, where the answer says so and they are not those of a compressed form. */
export function declaredSize(headers: Headers): number | undefined {
  const length = headers.get("content-length");
  return length !== null && /^\d{1,15}$/.test(length) && !headers.has("content-encoding")
    ? Number(length)
    : undefined;
}

/** A body whose size is known beforehand: one buffer, since chunks that are joined at the end cost twice as much. */
class Filled {
  length = 0;
  readonly #buffer: Uint8Array;

  constructor(size: number) {
    this.#buffer = new Uint8Array(size);
  }

  add(chunk: Uint8Array): void {
    this.#buffer.set(chunk, this.length);
    this.length += chunk.byteLength;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }
}

/** A body of unknown size: kept as it comes, since a buffer that grows leaves all its smaller selves behind. */
class Chunks {
  length = 0;
  readonly #chunks: Uint8Array[] = [];

  add(chunk: Uint8Array): void {
    // A small view keeps its whole buffer: 64 KiB for 4 on Deno, where the answer is compressed.
    const isSmallView = 2 * chunk.byteLength < chunk.buffer.byteLength;
    this.#chunks.push(isSmallView ? chunk.slice() : chunk);
    this.length += chunk.byteLength;
  }

  bytes(): Uint8Array {
    const joined = new Filled(this.length);
    for (const chunk of this.#chunks) joined.add(chunk);
    return joined.bytes();
  }
}
