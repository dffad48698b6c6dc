import { z } from "zod";
import type { InvocationArn } from "../aws/arn.ts";
import { durationText } from "../jobs/duration-text.ts";
import { explainCallFailure } from "../jobs/explain-call-failure.ts";
import { explainStatus, type RelatedTools } from "../jobs/explain-status.ts";
import { statusText } from "../jobs/status-text.ts";
import type { JobWatcher, WaitProgress, WaitResult } from "../jobs/watcher/watcher.ts";
import { answerFailure } from "./failure-answer.ts";
import { icons } from "./icons.ts";
import { invocationArnText } from "./invocation-arn-input.ts";
import { readScope } from "./scopes.ts";
import { statusAnswer, statusOutput } from "./status-output.ts";
import { readOnlyAnnotations, type Tool, type ToolAnswer, type ToolProgress } from "./tool.ts";

export const waitToolName = "wait_for_data_automation_job";

export const waitInput = z.object({
  invocationArn: invocationArnText.describe("The job's ARN"),
  timeoutSeconds: z
    .number({ error: "must be a whole number of seconds from 1 to 300." })
    .int("must be a whole number of seconds from 1 to 300.")
    .min(1, "must be a whole number of seconds from 1 to 300.")
    .max(300, "must be a whole number of seconds from 1 to 300.")
    .default(25)
    .describe("Time to wait, 1 to 300. Many clients give up a call after 60 s and lose its answer"),
});

/** The answer of `get_data_automation_status` and `waited`. What stands in that tool's schema is not said again. */
const outputSchema = z.looseObject({
  explanation: z.looseObject(statusOutput.shape.explanation.pick({ isTerminal: true }).shape),
  waited: z.looseObject({ seconds: z.number(), checks: z.number(), timedOut: z.boolean() }),
});

export interface WaitToolParts {
  readonly watcher: Pick<JobWatcher, "wait">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly related: RelatedTools;
}

export function waitForDataAutomationJob(parts: WaitToolParts): Tool<typeof waitInput, typeof outputSchema> {
  return {
    name: waitToolName,
    title: "Wait for data automation job",
    description:
      "Wait until a job ends, or for timeoutSeconds: then the answer is its latest status, and when to ask again. Use this, not a polling loop.",
    icon: icons.wait,
    inputSchema: waitInput,
    outputSchema,
    annotations: readOnlyAnnotations,
    scope: readScope,
    taskSupport: "optional",
    jobs: ({ invocationArn }) => [invocationArn],
    async call({ invocationArn: arn, timeoutSeconds }, { caller, notes, signal, reportProgress }) {
      try {
        const result = await parts.watcher.wait(arn, {
          caller,
          notes,
          signal,
          timeoutMs: timeoutSeconds * 1000,
          onProgress: (progress) => reportProgress(progressOf(progress, timeoutSeconds)),
        });
        return waitAnswer(arn, result, parts);
      } catch (thrown) {
        return answerFailure(thrown, arn);
      }
    },
  };
}

/** What a wait came to, whether it was made in one call or as a task. */
export function waitAnswer(
  arn: InvocationArn,
  result: WaitResult,
  { now, related }: Omit<WaitToolParts, "watcher">,
): ToolAnswer {
  const { job, lastFailure, waited } = result;
  const explanation = explainStatus(job, arn, now(), related);
  const failure = lastFailure === undefined ? undefined : explainCallFailure(lastFailure, arn);
  const failed =
    failure === undefined
      ? ""
      : ` ${waited.failedChecks} of them failed, the last with ${failure.name}: ${failure.meaning}`;
  const ending = waited.timedOut ? " The time is up." : waited.stopped ? " The server is stopping." : "";
  return {
    isError: false,
    text: [
      statusText(arn, job, explanation),
      `Waited ${durationText(waited.seconds)}, ${waited.checks} check${waited.checks === 1 ? "" : "s"}.${failed}${ending}`,
    ].join("\n"),
    structuredContent: {
      ...statusAnswer(arn, job, explanation),
      waited: {
        ...waited,
        ...(failure === undefined ? {} : { lastFailure: { name: failure.name, meaning: failure.meaning } }),
      },
    },
  };
}

function progressOf(progress: WaitProgress, timeoutSeconds: number): ToolProgress {
  const { elapsedSeconds, job, lastFailure, nextCheckInSeconds } = progress;
  const status = job === undefined ? "AWS has not answered yet" : `AWS says ${job.status ?? "no status"}`;
  const check = lastFailure === undefined ? "" : `; the last check failed (${lastFailure.code})`;
  const next = nextCheckInSeconds > 0 ? `; next check in ${nextCheckInSeconds} s` : "";
  return {
    // To the millisecond, which is also the least time between two reports.
    progress: Math.round(elapsedSeconds * 1000) / 1000,
    total: timeoutSeconds,
    message: `Waiting for ${durationText(elapsedSeconds)}: ${status}${check}${next}.`,
  };
}
