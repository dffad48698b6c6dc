import type { Config } from "../config.ts";
import type { RecordedAnswers } from "../protocol/opening.ts";

/** What a server has where nothing is set: known when it is built. */
export interface Recorded {
  readonly config: Config;
  readonly answers: RecordedAnswers;
}

/** The build puts it here; the source, which changes, is asked each time. */
export const recorded: Recorded | undefined = undefined;
