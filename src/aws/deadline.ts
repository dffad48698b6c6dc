import type { Clock } from "../ports.ts";
import { CallError } from "./call-error.ts";

/** Given as the reason, because an abort without one pays for an exception with a stack. */
const finished = Symbol("finished");

/**
 * Runs `work` with a signal that aborts when the caller's does or when the time is up, and settles then, whether
 * or not the work heeds it.
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
  const timer = new AbortController();
  const onAbort = () => ending.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  clock.sleep(milliseconds, timer.signal).then(
    () =>
      ending.abort(
        new CallError("timeout", `No answer within ${milliseconds} ms.`, { timeoutMs: milliseconds }),
      ),
    () => {},
  );
  try {
    const ended = new Promise<never>((_, reject) => {
      ending.signal.addEventListener("abort", () => reject(ending.signal.reason), { once: true });
    });
    return await Promise.race([work(ending.signal), ended]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    timer.abort(finished);
  }
}
