/**
 * What the rest of the program is handed instead of reaching for it: time, chance, the network, the log.
 * Types, and the one clock and the one random source that the executable hands in.
 */

export interface Clock {
  /** Wall time in milliseconds since 1970, as this machine believes it. For dates, never for durations. */
  now(): number;
  /** Milliseconds from an arbitrary start that never run backwards. For durations, never for dates. */
  monotonic(): number;
  /** Calls `work`, which must not throw, once `milliseconds` have passed. The answer calls it off, at any time. */
  after(milliseconds: number, work: () => void): () => void;
  /** Resolves after `milliseconds`; rejects with `signal.reason` as soon as the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** A number in [0, 1), as `Math.random` gives it. */
export type Random = () => number;

/** The standard's `fetch`, as far as it is used. */
export type Fetch = (input: string | URL, init?: RequestInit) => Promise<Response>;

/** From the least to the most urgent. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Facts beside a log message. Never put a secret here: the log does not know what is one. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where the program says what it does: one function a level. None throws. */
export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;

/** Says nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** This machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (milliseconds, work) => {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
  sleep: (milliseconds, signal) => sleepBy(systemClock, milliseconds, signal),
};

/** `Clock.sleep`, for any clock that has timers. */
export function sleepBy(
  clock: Pick<Clock, "after">,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      callOff();
      reject(signal?.reason);
    };
    const callOff = clock.after(milliseconds, () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}
