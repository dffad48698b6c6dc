import { z } from "zod";
import { type InvocationArn, readInvocationArn } from "../aws/arn.ts";
import { describeArnProblem } from "../jobs/describe-arn-problem.ts";
import { cleanText } from "../jobs/quote.ts";
import { statusOutput } from "../tools/status-output.ts";
import type { ToolAnswer } from "../tools/tool.ts";
import { type ExitCode, exitCodes, isWrongSetting } from "./command.ts";

/** What became of one ARN of the command line. */
export type StatusOutcome =
  | { readonly kind: "answered"; readonly answer: z.output<typeof answerShape> }
  | { readonly kind: "call_failed"; readonly failure: z.output<typeof failureShape> }
  /** Nothing was called. `problem` is a sentence. */
  | { readonly kind: "not_an_arn"; readonly given: string; readonly problem: string };

/** A status, and what it took to wait for it, where that was done. */
const answerShape = statusOutput.extend({
  waited: z
    .looseObject({
      seconds: z.number(),
      checks: z.number(),
      failedChecks: z.number(),
      timedOut: z.boolean(),
      stopped: z.boolean(),
      lastFailure: z.looseObject({ name: z.string() }).optional(),
    })
    .optional(),
});

/** What of a tool's failure is shown. */
const failureShape = z.looseObject({
  invocationArn: z.string(),
  code: z.string(),
  name: z.string(),
  meaning: z.string(),
  whoMustAct: z.string(),
  remedy: z.string(),
  tryAgain: z.enum(["no", "after_fix", "later"]),
  tryAgainInSeconds: z.number().optional(),
  awsMessage: z.string().optional(),
  bodyExcerpt: z.string().optional(),
  requestId: z.string().optional(),
});

/** Asks about one word of the command line. Rejects only for a bug. */
export async function statusOutcome(
  given: string,
  ask: (arn: InvocationArn) => Promise<ToolAnswer>,
): Promise<StatusOutcome> {
  const reading = readInvocationArn(given);
  if (!reading.ok) {
    return {
      kind: "not_an_arn",
      given: cleanText(given, 200),
      problem: `The ARN ${describeArnProblem(reading.problem, given)}`,
    };
  }
  return readOutcome(await ask(reading.arn));
}

/** A tool's answer about a job's status, or its failure. */
export function readOutcome(answer: ToolAnswer): Exclude<StatusOutcome, { readonly kind: "not_an_arn" }> {
  return answer.isError
    ? { kind: "call_failed", failure: failureShape.parse(answer.failure) }
    : { kind: "answered", answer: answerShape.parse(answer.structuredContent) };
}

export function exitCodeOf(outcome: StatusOutcome): ExitCode {
  switch (outcome.kind) {
    case "not_an_arn":
      return exitCodes.wrongUse;
    case "call_failed":
      return isWrongSetting(outcome.failure) ? exitCodes.wrongUse : exitCodes.callFailed;
    case "answered":
      switch (outcome.answer.explanation.verdict) {
        case "succeeded":
          return exitCodes.ok;
        case "failed":
          return exitCodes.jobFailed;
        default:
          return exitCodes.notFinished;
      }
  }
}

const worstFirst = [
  exitCodes.wrongUse,
  exitCodes.callFailed,
  exitCodes.jobFailed,
  exitCodes.notFinished,
] as const;

/** One exit code for several ARNs: what a script has to look at first. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  return worstFirst.find((code) => codes.includes(code)) ?? exitCodes.ok;
}

/** An outcome for programs: the tool's own answer, or `error` in place of AWS's fields. */
export function outcomeForPrograms(outcome: StatusOutcome): Readonly<Record<string, unknown>> {
  switch (outcome.kind) {
    case "answered":
      return outcome.answer;
    case "call_failed": {
      const { invocationArn, ...error } = outcome.failure;
      return { invocationArn, error };
    }
    case "not_an_arn":
      return {
        invocationArn: outcome.given,
        error: { code: "not_an_invocation_arn", meaning: outcome.problem },
      };
  }
}
