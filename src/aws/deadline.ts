import type { Clock } from "../ports.ts";
import { CallError } from "./call-error.ts";

/**
 * Runs `work` with a signal that aborts when the caller's does or when the time is up, and settles then, whether
 * or not the work heeds it. Work that gets on may set the time anew: `moreTime` counts from when it is called.
 * Every call to AWS passes here: no more is made for it than one signal and one timer.
 * @throws CallError `timeout` when the time is up; the caller's reason when the caller aborts
 */
export async function withDeadline<T>(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (within: AbortSignal, moreTime: (milliseconds: number) => void) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const ending = new AbortController();
  return await new Promise<T>((resolve, reject) => {
    const end = (reason: unknown) => {
      cleanUp();
      reject(reason);
      ending.abort(reason);
    };
    const onAbort = () => end(signal?.reason);
    const startedAt = clock.monotonic();
    let timeoutMs = milliseconds;
    const timer = (left: number) =>
      clock.after(left, () =>
        end(new CallError("timeout", `No answer within ${timeoutMs} ms.`, { timeoutMs })),
      );
    let callOff = timer(milliseconds);
    const moreTime = (left: number) => {
      if (ending.signal.aborted) return;
      callOff();
      timeoutMs = Math.round(clock.monotonic() - startedAt + left);
      callOff = timer(left);
    };
    const cleanUp = () => {
      callOff();
      signal?.removeEventListener("abort", onAbort);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    work(ending.signal, moreTime).finally(cleanUp).then(resolve, reject);
  });
}
