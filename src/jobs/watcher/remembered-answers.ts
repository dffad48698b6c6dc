import type { JobStatus } from "../../aws/runtime-client.ts";
import type { Clock } from "../../ports.ts";
import { RecentMap } from "../../recent-map.ts";
import { isTerminal } from "./reading.ts";

/** What AWS answered, and when. */
export interface KnownAnswer {
  /** The key of the credentials that it was got with. */
  readonly credentials: string;
  readonly job: JobStatus;
  /** Wall time in milliseconds since 1970. */
  readonly observedAt: number;
  /** AWS's id of the answer. From outside. */
  readonly requestId?: string | undefined;
  /** Monotonic: how old it is must not depend on the wall clock. */
  readonly at: number;
}

/** A running job's answer is given to others for this long. */
const freshMs = 1_000;

/** Characters of AWS's free text in an answer that is remembered; a longer one is asked for again. */
const maxText = 16_384;

/** Answers for as long as they are good: about a job that has ended for ever, about others for a second. Bounded. */
export class RememberedAnswers {
  readonly #clock: Clock;
  readonly #finished: RecentMap<string, KnownAnswer>;
  readonly #running: RecentMap<string, KnownAnswer>;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#finished = new RecentMap(limit);
    this.#running = new RecentMap(limit);
  }

  get(key: string): KnownAnswer | undefined {
    const finished = this.#finished.get(key);
    if (finished !== undefined) return finished;
    const running = this.#running.get(key);
    return running !== undefined && this.#clock.monotonic() - running.at <= freshMs ? running : undefined;
  }

  keep(key: string, answer: KnownAnswer): void {
    const { errorMessage, errorType, outputConfiguration, status } = answer.job;
    const texts = [errorMessage, errorType, outputConfiguration?.s3Uri, status];
    const length = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
    if (length > maxText) return;
    const kept = isTerminal(answer.job) ? this.#finished : this.#running;
    kept.set(key, answer);
    if (kept === this.#finished) this.#running.delete(key);
  }
}
