import type { Clock } from "../ports.ts";
import { CallError } from "./call-error.ts";

/**
 * Runs `work` with a signal that aborts when the caller's does or when the time is up, and settles then, whether
 * or not the work heeds it. Every call to AWS passes here: no more is made for it than one signal and one timer.
 * @throws CallError `timeout` when the time is up; the caller's reason when the caller aborts
 */
export async function withDeadline<T>(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (within: AbortSignal) => Promise<T>,
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
    const callOff = clock.after(milliseconds, () =>
      end(new CallError("timeout", `No answer within ${milliseconds} ms.`, { timeoutMs: milliseconds })),
    );
    const cleanUp = () => {
      callOff();
      signal?.removeEventListener("abort", onAbort);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    work(ending.signal).finally(cleanUp).then(resolve, reject);
  });
}
