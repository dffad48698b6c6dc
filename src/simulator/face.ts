import type { Received } from "./wire/received.ts";
import type { Stamp } from "./wire/stamp.ts";

/** One service of the simulator: what it answers to a request that has been taken in whole. */
export type Face = (request: Received, stamp: Stamp, signal: AbortSignal) => Promise<Response>;
