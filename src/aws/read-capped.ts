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
  const size = declaredSize(response.headers);
  if (size !== undefined && size <= Math.min(maxBytes, firstSize)) {
    // Most answers are small and say so. HTTP ends them at that size, so there is nothing to cap.
    return { bytes: new Uint8Array(await response.arrayBuffer()), whole: true };
  }
  const reader = response.body.getReader();
  const stop = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  try {
    // One buffer of the right size, where the size is known: chunks that are joined at the end would cost twice.
    let buffer = new Uint8Array(Math.min(size ?? firstSize, maxBytes));
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return { bytes: buffer.subarray(0, length), whole: true };
      const taken = value.subarray(0, maxBytes - length);
      if (length + taken.byteLength > buffer.byteLength) {
        buffer = grown(
          buffer,
          Math.min(maxBytes, Math.max(length + taken.byteLength, 2 * buffer.byteLength)),
        );
      }
      buffer.set(taken, length);
      length += taken.byteLength;
      if (taken.byteLength < value.byteLength) {
        await reader.cancel();
        return { bytes: buffer.subarray(0, length), whole: false };
      }
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

const firstSize = 16 * 1024;

/** Bytes that the body is going to have, where the answer says so and they are not those of a compressed form. */
export function declaredSize(headers: Headers): number | undefined {
  const length = headers.get("content-length");
  return length !== null && /^\d{1,15}$/.test(length) && !headers.has("content-encoding")
    ? Number(length)
    : undefined;
}

function grown(buffer: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(buffer);
  return larger;
}
