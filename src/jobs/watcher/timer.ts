import type { Clock } from "../../ports.ts";

/** Runs `work`, which must not throw, once `milliseconds` have passed. The answer calls it off, at any time. */
export function after(clock: Clock, milliseconds: number, work: () => void): () => void {
  return clock.after(Math.max(0, Math.ceil(milliseconds)), work);
}

/**
 * Hands `work` a signal that aborts with the given one, and when the time is up.
 * @throws whatever `work` rejects with; where that is for the time alone, `timedOut` in its place
 */
export async function inTime<T>(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (within: AbortSignal) => Promise<T>,
  timedOut: () => Error,
): Promise<T> {
  const timeUp = new AbortController();
  const callOff = clock.after(milliseconds, () => timeUp.abort());
  try {
    return await work(AbortSignal.any([timeUp.signal, ...(signal === undefined ? [] : [signal])]));
  } catch (thrown) {
    throw timeUp.signal.aborted && !signal?.aborted ? timedOut() : thrown;
  } finally {
    callOff();
  }
}
