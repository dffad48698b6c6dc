import type { InvocationArn } from "../../aws/arn.ts";
import type { DataAutomationRuntime } from "../../aws/runtime-client.ts";
import type { Clock, Log, Random } from "../../ports.ts";
import { type Answer, Answers, type Ask } from "./answers.ts";
import { Budgets } from "./budgets.ts";
import { isCallError, type MakeFailure } from "./failures.ts";
import type { JobWatch } from "./job-watch.ts";
import type { JobWatcher } from "./job-watcher.ts";
import { OpenWait } from "./open-wait.ts";
import { isTerminal } from "./reading.ts";
import { SeenJobs } from "./seen-jobs.ts";
import { Subscription } from "./subscription.ts";
import { inTime } from "./timer.ts";
import { Watches } from "./watches.ts";

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
  /** For each account and region, of all callers. Absent: as many as theirs come to. */
  readonly maxCallsPerSecondInAll?: number | undefined;
  /** Answers about jobs that have ended; as many about running ones. Default 1,000. */
  readonly maxRemembered?: number;
}

const maxCallers = 1_000;
const maxSeenJobs = 200;
const maxTimeoutMs = 24 * 60 * 60 * 1_000;

/** The watcher over one client. It holds timers while somebody waits: `stop` it when the program ends. */
export function createJobWatcher(parts: JobWatcherParts): JobWatcher {
  const { clock, failure, log, maxRemembered = 1_000, random, runtime } = parts;
  const { maxCallsPerSecond: maxPerSecond = 10, maxCallsPerSecondInAll: maxPerSecondInAll } = parts;
  const budgets = new Budgets(clock, { maxPerSecond, maxPerSecondInAll });
  const seen = new SeenJobs(maxCallers, maxSeenJobs);
  const waits = new Set<OpenWait>();
  const unsubscribes = new Set<() => void>();
  let state: "open" | "draining" | "stopped" = "open";

  const answers = new Answers({
    runtime,
    clock,
    failure,
    budgets,
    maxRemembered,
    onAnswer(arn, caller, answer) {
      seen.answered(arn, caller.id, answer.reading.job.status);
      watches.learned(arn, caller, answer);
    },
  });

  async function ask(arn: InvocationArn, options: Ask): Promise<Answer> {
    try {
      return await answers.ask(arn, options);
    } catch (thrown) {
      if (isCallError(thrown) && (thrown.code === "not_found" || thrown.code === "validation")) {
        seen.notFound(arn, options.caller.id);
      }
      throw thrown;
    }
  }

  const watches = new Watches({ runtime, clock, random, ask });

  return {
    async read(arn, { caller, notes, signal, timeoutMs }) {
      seen.asked(arn, caller.id);
      const reading = async (within: AbortSignal | undefined) =>
        (await ask(arn, { caller, lane: "read", notes, signal: within })).reading;
      if (timeoutMs === undefined) return await reading(signal);
      return await inTime(clock, timeoutMs, signal, reading, () =>
        failure("timeout", `No answer within ${timeoutMs} ms.`, {
          operation: "GetDataAutomationStatus",
          timeoutMs,
        }),
      );
    },

    async wait(arn, { caller, notes, onProgress, signal, timeoutMs }) {
      if (!(timeoutMs > 0 && timeoutMs <= maxTimeoutMs)) {
        throw new RangeError(`timeoutMs must be over 0 and at most ${maxTimeoutMs}, not ${timeoutMs}`);
      }
      // Says why, in the same words as for a read.
      if (state === "stopped" || signal?.aborted) await answers.ask(arn, { caller, lane: "first", signal });
      seen.asked(arn, caller.id);
      const wait: OpenWait = new OpenWait({
        clock,
        log,
        failure,
        timeoutMs,
        notes,
        signal,
        onProgress,
        onOver: () => waits.delete(wait),
      });
      waits.add(wait);
      if (state === "draining") wait.drain();
      void watches.join(arn, { caller, signal }, (find) => wait.join(find));
      return await wait.result;
    },

    subscribe(arn, { caller, notes, onChange, onOver, signal }) {
      if (state === "stopped" || signal?.aborted) return () => {};
      let watch: JobWatch | undefined;
      const end = () => {
        unsubscribes.delete(end);
        signal?.removeEventListener("abort", end);
        watch?.remove(subscription);
      };
      const subscription = new Subscription({
        knownStatus: seen.status(arn, caller.id),
        notes,
        onChange,
        onOver() {
          end();
          onOver?.();
        },
        log,
      });
      seen.asked(arn, caller.id);
      unsubscribes.add(end);
      signal?.addEventListener("abort", end, { once: true });
      void watches.join(arn, { caller, signal }, (find) => {
        if (!unsubscribes.has(end)) return;
        watch = find();
        subscription.join(watch);
      });
      return end;
    },

    seen: (caller) => seen.of(caller.id),

    knownEnded(arn, caller) {
      const status = seen.status(arn, caller.id);
      return status !== undefined && isTerminal({ status });
    },

    stats: () => ({
      ...answers.counts,
      openAsks: answers.askers,
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
