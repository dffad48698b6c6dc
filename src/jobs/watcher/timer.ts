import type { Clock } from "../../ports.ts";

/** Runs `work`, which must not throw, once `milliseconds` have passed. The answer calls it off, at any time. */
export function after(clock: Clock, milliseconds: number, work: () => void): () => void {
  return clock.after(Math.max(0, Math.ceil(milliseconds)), work);
}
