import type { CallError } from "../../aws/call-error.ts";
import { isCallError, mayPass } from "./failures.ts";
import type { WaitProgress } from "./progress-teller.ts";
import type { Reading } from "./reading.ts";

/** What the checks that one wait has heard of came to. */
export class WaitOutcomes {
  reading: Reading | undefined;
  /** The latest that a later check may well not meet with. */
  lastFailure: CallError | undefined;
  checks = 0;
  failedChecks = 0;
  #latestFailed = false;

  learned(reading: Reading): void {
    this.checks += 1;
    this.reading = reading;
    this.#latestFailed = false;
  }

  /** Gives whether a later check may well succeed. */
  failed(thrown: unknown): boolean {
    this.checks += 1;
    this.failedChecks += 1;
    this.#latestFailed = true;
    if (!isCallError(thrown) || !mayPass(thrown, this.reading !== undefined)) return false;
    this.lastFailure = thrown;
    return true;
  }

  facts(): Pick<WaitProgress, "checks" | "job" | "lastFailure"> {
    const failure = this.#latestFailed ? this.lastFailure : undefined;
    return {
      checks: this.checks,
      ...(this.reading === undefined ? {} : { job: this.reading.job }),
      ...(failure === undefined ? {} : { lastFailure: failure }),
    };
  }
}
