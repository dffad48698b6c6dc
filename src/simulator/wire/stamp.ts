import type { Clock } from "../../ports.ts";

/** What AWS says about an answer beside the answer. */
export interface Stamp {
  readonly requestId: string;
  /** For the `Date` header: by our clock, so that a client can see that its own is off. */
  readonly date: string;
}

/** Request ids have AWS's form and count up: two runs of a test see the same. */
export function createStamps(clock: Pick<Clock, "now">): () => Stamp {
  let count = 0;
  return () => {
    count += 1;
    return {
      requestId: `51a1a7ed-0000-4000-8000-${String(count).padStart(12, "0")}`,
      date: new Date(clock.now()).toUTCString(),
    };
  };
}
