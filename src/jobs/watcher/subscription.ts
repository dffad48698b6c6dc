import type { CallNotes } from "../../observer.ts";
import type { Log } from "../../ports.ts";
import { isCallError } from "./failures.ts";
import type { JobWatch, WatchListener } from "./job-watch.ts";
import { isTerminal, type Reading } from "./reading.ts";

export interface SubscriptionParts {
  /** The status that the caller has been told already. Absent: the first answer is where it starts from. */
  readonly knownStatus: string | undefined;
  readonly notes?: CallNotes | undefined;
  readonly onChange: (reading: Reading) => void;
  /** The job has ended, or there is none. */
  readonly onOver: () => void;
  readonly log: Log;
}

/**
 * Tells of each change of a job's status, once. Failures do not end it: whoever listens may do so for hours. Only
 * where there has never been such a job is there nothing to wait for.
 */
export class Subscription implements WatchListener {
  readonly notes: CallNotes | undefined;
  readonly #parts: SubscriptionParts;
  #known: string | undefined;
  #failing = false;
  /** A check failed before anything was known. */
  #blind = false;

  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
    this.notes = parts.notes;
    this.#known = parts.knownStatus;
  }

  /** Begins to learn of the job. What the watch knows is where it starts from. */
  join(watch: JobWatch): void {
    this.#blind = watch.failure !== undefined;
    watch.add(this);
    if (watch.reading !== undefined) this.onReading(watch.reading);
  }

  onReading(reading: Reading): void {
    this.#failing = false;
    this.#tellChange(reading);
    if (isTerminal(reading.job)) this.#parts.onOver();
  }

  #tellChange(reading: Reading): void {
    const { log, onChange } = this.#parts;
    const { status } = reading.job;
    // Where the first checks failed it is not known what the job was before. Its end must not be missed for that.
    const changed =
      this.#known === undefined ? this.#blind && isTerminal(reading.job) : status !== this.#known;
    this.#known = status ?? this.#known;
    if (!changed || status === undefined) return;
    try {
      onChange(reading);
    } catch (thrown) {
      log.warn("a change of status could not be told", {
        fault: thrown instanceof Error ? thrown.name : typeof thrown,
      });
    }
  }

  onFailure(thrown: unknown): void {
    if (this.#known === undefined && isCallError(thrown) && thrown.code === "not_found") {
      this.#parts.log.warn("a job that was to be watched does not exist: it is not asked about again");
      this.#parts.onOver();
      return;
    }
    this.#blind ||= this.#known === undefined;
    if (this.#failing) return;
    this.#failing = true;
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "unexpected";
    this.#parts.log.warn("a job that is watched could not be checked; it is tried again", { code });
  }
}
