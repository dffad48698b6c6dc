import type { Clock } from "../../ports.ts";

/** Given as the reason, because an abort without one pays for an exception with a stack. */
const calledOff = Symbol("called off");

/** Runs `work`, which must not throw, once `milliseconds` have passed. The answer calls it off, at any time. */
export function after(clock: Clock, milliseconds: number, work: () => void): () => void {
  const ending = new AbortController();
  clock.sleep(Math.max(0, Math.ceil(milliseconds)), ending.signal).then(
    () => {
      if (!ending.signal.aborted) work();
    },
    () => {}, // called off
  );
  return () => ending.abort(calledOff);
}
