import type { Caller } from "../caller.ts";
import type { Place } from "./load-limiter.ts";

/** What one request's handlers leave for those after them. */
export interface HttpEnv {
  Variables: {
    /** Set by whatever finds out who calls. Absent: the only caller there is. */
    caller?: Caller;
    /** Set by whatever refuses the request: why, in this program's own words. */
    refusal?: string;
    /** Among the calls that are open. */
    place?: Place;
  };
}
