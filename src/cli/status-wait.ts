import type { InvocationArn } from "../aws/arn.ts";
import { onlyCaller } from "../caller.ts";
import type { JobWatcher } from "../jobs/watcher/watcher.ts";
import { answerFailure } from "../tools/failure-answer.ts";
import type { ToolAnswer } from "../tools/tool.ts";
import { waitAnswer } from "../tools/wait-for-data-automation-job.ts";
import { type StatusOutcome, statusOutcome } from "./status-outcome.ts";
import type { WaitDisplay } from "./status-wait-display.ts";
import type { WaitedJob } from "./status-wait-words.ts";

export interface StatusWaitParts {
  /** It is stopped when `stop` aborts: the waits then end with what is known. */
  readonly watcher: Pick<JobWatcher, "wait" | "stop">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly timeoutMs: number;
  readonly stop: AbortSignal;
  /** Gets every job that is waited for, as it begins; `display` shows them. */
  readonly jobs: WaitedJob[];
  readonly display: WaitDisplay;
  /** Hears of each outcome as soon as there is one. */
  readonly tell: (outcome: StatusOutcome) => void;
}

/** Waits for every job of the command line until it ends or the time is up. The outcomes are in the order asked. */
export async function waitForOutcomes(
  operands: readonly string[],
  parts: StatusWaitParts,
): Promise<StatusOutcome[]> {
  const { display, stop, tell, watcher } = parts;
  const stopNow = () => watcher.stop();
  stop.addEventListener("abort", stopNow, { once: true });
  if (stop.aborted) stopNow();
  try {
    return await Promise.all(
      operands.map(async (given) => {
        const outcome = await statusOutcome(given, (arn) => waitFor(arn, parts));
        display.aside(() => tell(outcome));
        return outcome;
      }),
    );
  } finally {
    stop.removeEventListener("abort", stopNow);
    display.end();
  }
}

async function waitFor(
  arn: InvocationArn,
  { display, jobs, now, timeoutMs, watcher }: StatusWaitParts,
): Promise<ToolAnswer> {
  const job: WaitedJob = { jobId: arn.jobId, over: false };
  jobs.push(job);
  try {
    const result = await watcher.wait(arn, {
      caller: onlyCaller,
      timeoutMs,
      onProgress: (progress) => {
        job.progress = progress;
        display.learned(job);
      },
    });
    // A person at a terminal has no other tools to go on with.
    return waitAnswer(arn, result, { now, related: {} });
  } catch (thrown) {
    return answerFailure(thrown, arn);
  } finally {
    job.over = true;
  }
}
