export interface CappedBody {
  /** The first `maxBytes` of the body at most. */
  readonly bytes: Uint8Array;
  /** Whether that is all of it. */
  readonly whole: boolean;
}

/**
 * The start of a response's body. What is over `maxBytes` is not read: the stream is cancelled, which frees the
 * connection.
 */
export async function readCapped(
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
): Promise<CappedBody> {
  if (response.body === null) return { bytes: new Uint8Array(), whole: true };
  const reader = response.body.getReader();
  const stop = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return { bytes: joined(chunks, length), whole: true };
      const room = maxBytes - length;
      chunks.push(value.byteLength > room ? value.subarray(0, room) : value);
      length += Math.min(room, value.byteLength);
      if (value.byteLength > room) {
        await reader.cancel();
        return { bytes: joined(chunks, length), whole: false };
      }
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
