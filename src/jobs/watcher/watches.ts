import type { InvocationArn } from "../../aws/arn.ts";
import type { DataAutomationRuntime } from "../../aws/runtime-client.ts";
import type { Caller } from "../../caller.ts";
import type { CallNotes } from "../../observer.ts";
import type { Clock, Random } from "../../ports.ts";
import type { Answer, Ask } from "./answers.ts";
import type { Lane } from "./budget.ts";
import { callKey } from "./call-key.ts";
import { JobWatch } from "./job-watch.ts";
import type { AskOptions } from "./job-watcher.ts";

export interface WatchesParts {
  readonly runtime: DataAutomationRuntime;
  readonly clock: Clock;
  readonly random: Random;
  readonly ask: (arn: InvocationArn, ask: Ask) => Promise<Answer>;
}

/** The jobs that somebody watches: one watch for each job, caller and credentials. */
export class Watches {
  readonly #parts: WatchesParts;
  readonly #watches = new Map<string, JobWatch>();

  constructor(parts: WatchesParts) {
    this.#parts = parts;
  }

  /**
   * Calls `join` with a way to the watch that is shared by all with these credentials, once they are known. Whoever
   * has gone by then does not take it.
   */
  async join(arn: InvocationArn, { caller, signal }: AskOptions, join: (find: () => JobWatch) => void) {
    let credentials: string | undefined;
    try {
      credentials = await this.#parts.runtime.credentialKey({ caller, region: arn.region, signal });
    } catch {
      // The first check asks for them again, and tells why they cannot be had. Until then the watch is not shared.
    }
    join(() => this.#find(arn, caller, credentials));
  }

  /** AWS answered somebody about this job. */
  learned(arn: InvocationArn, caller: Caller, answer: Answer): void {
    if (this.#watches.size === 0) return;
    this.#watches.get(callKey(arn, caller, answer.credentials))?.learned(answer);
  }

  get size(): number {
    return this.#watches.size;
  }

  #find(arn: InvocationArn, caller: Caller, credentials: string | undefined): JobWatch {
    if (credentials === undefined) return this.#make(arn, caller, credentials, () => {});
    const key = callKey(arn, caller, credentials);
    const watch =
      this.#watches.get(key) ?? this.#make(arn, caller, credentials, () => this.#watches.delete(key));
    this.#watches.set(key, watch);
    return watch;
  }

  #make(arn: InvocationArn, caller: Caller, credentials: string | undefined, onOver: () => void): JobWatch {
    const { ask, clock, random } = this.#parts;
    const askFor = (lane: Lane, signal: AbortSignal, notes: CallNotes | undefined) =>
      ask(arn, { caller, lane, notes, signal });
    return new JobWatch({ clock, random, credentials, ask: askFor, onOver });
  }
}
