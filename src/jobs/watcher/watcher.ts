import type { InvocationArn } from "../../aws/arn.ts";
import type { DataAutomationRuntime } from "../../aws/runtime-client.ts";
import type { Clock, Log, Random } from "../../ports.ts";
import { Answers, type Ask } from "./answers.ts";
import { Budgets } from "./budgets.ts";
import { isCallError, type MakeFailure } from "./failures.ts";
import { JobWatch } from "./job-watch.ts";
import type { JobWatcher } from "./job-watcher.ts";
import { OpenWait } from "./open-wait.ts";
import type { Reading } from "./reading.ts";
import { SeenJobs } from "./seen-jobs.ts";
import { Subscription } from "./subscription.ts";

export type { MakeFailure } from "./failures.ts";
export type * from "./job-watcher.ts";

export interface JobWatcherParts {
  readonly runtime: DataAutomationRuntime;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** `(code, message, facts) => new CallError(code, message, facts)` */
  readonly failure: MakeFailure;
  /** For each caller, account and region. Default 10. */
  readonly maxCallsPerSecond?: number;
  /** Answers about jobs that have ended; as many about running ones. Default 1,000. */
  readonly maxRemembered?: number;
}

const maxCallers = 1_000;
const maxSeenJobs = 200;
const maxTimeoutMs = 24 * 60 * 60 * 1_000;

export function createJobWatcher(parts: JobWatcherParts): JobWatcher {
  const { clock, failure, log, maxCallsPerSecond = 10, maxRemembered = 1_000, random, runtime } = parts;
  const budgets = new Budgets(clock, maxCallsPerSecond);
  const seen = new SeenJobs(maxCallers, maxSeenJobs);
  const watches = new Map<string, JobWatch>();
  const waits = new Set<OpenWait>();
  const unsubscribes = new Set<() => void>();
  let state: "open" | "draining" | "stopped" = "open";

  const answers = new Answers({
    runtime,
    clock,
    failure,
    budgets,
    maxRemembered,
    onAnswer(arn, caller, reading) {
      seen.answered(arn, caller, reading.job.status);
      watches.get(watchKey(arn, caller))?.learned(reading);
    },
  });

  async function ask(arn: InvocationArn, options: Ask): Promise<Reading> {
    try {
      return await answers.ask(arn, options);
    } catch (thrown) {
      if (isCallError(thrown) && (thrown.code === "not_found" || thrown.code === "validation")) {
        seen.notFound(arn, options.caller);
      }
      throw thrown;
    }
  }

  function watchOf(arn: InvocationArn, caller: string): JobWatch {
    const key = watchKey(arn, caller);
    const running = watches.get(key);
    if (running !== undefined) return running;
    const watch = new JobWatch({
      clock,
      random,
      ask: (lane, signal) => ask(arn, { caller, lane, signal }),
      onOver: () => watches.delete(key),
    });
    watches.set(key, watch);
    return watch;
  }

  return {
    async read(arn, { caller, signal }) {
      seen.asked(arn, caller);
      return await ask(arn, { caller, lane: "read", signal });
    },

    async wait(arn, { caller, onProgress, signal, timeoutMs }) {
      if (!(timeoutMs > 0 && timeoutMs <= maxTimeoutMs)) {
        throw new RangeError(`timeoutMs must be over 0 and at most ${maxTimeoutMs}, not ${timeoutMs}`);
      }
      // Says why, in the same words as for a read.
      if (state === "stopped" || signal?.aborted) await answers.ask(arn, { caller, lane: "first", signal });
      seen.asked(arn, caller);
      const watch = watchOf(arn, caller);
      const wait: OpenWait = new OpenWait({
        clock,
        log,
        failure,
        watch,
        timeoutMs,
        signal,
        onProgress,
        onOver: () => waits.delete(wait),
      });
      waits.add(wait);
      if (state === "draining") wait.drain();
      return await wait.result;
    },

    subscribe(arn, { caller, onChange, signal }) {
      if (state === "stopped" || signal?.aborted) return () => {};
      const watch = watchOf(arn, caller);
      const end = () => {
        unsubscribes.delete(end);
        signal?.removeEventListener("abort", end);
        watch.remove(subscription);
      };
      const subscription = new Subscription({
        knownStatus: seen.status(arn, caller),
        onChange,
        onOver: end,
        log,
      });
      seen.asked(arn, caller);
      unsubscribes.add(end);
      signal?.addEventListener("abort", end, { once: true });
      watch.add(subscription);
      return end;
    },

    seen: (caller) => seen.of(caller),

    stats: () => ({
      ...answers.counts,
      openWaits: waits.size,
      watchedJobs: watches.size,
      queuedCalls: budgets.queued,
    }),

    drain() {
      if (state === "stopped") return;
      state = "draining";
      for (const wait of [...waits]) wait.drain();
    },

    stop() {
      state = "stopped";
      for (const wait of [...waits]) wait.stop();
      for (const end of [...unsubscribes]) end();
      answers.stop();
    },
  };
}

function watchKey(arn: InvocationArn, caller: string): string {
  return JSON.stringify([caller, arn.text]);
}
