import type { Caller } from "../caller.ts";

/** What one request's handlers leave for those after them. */
export interface HttpEnv {
  Variables: {
    /** Set by whatever finds out who calls. Absent: the only caller there is. */
    caller?: Caller;
    /** Set by whatever refuses the request: why, in this program's own words. */
    refusal?: string;
  };
}
