import { z } from "zod";
import type { InvocationArn } from "../aws/arn.ts";
import type { JobStatus } from "../aws/runtime-client.ts";
import type { JobExplanation } from "../jobs/explanation.ts";
import { cleanText } from "../jobs/quote.ts";

/** Open objects, so that a host that checks an answer against an older list of fields does not refuse a new one. */
export const statusOutput = z.looseObject({
  invocationArn: z.string(),
  status: z.string().optional(),
  errorType: z.string().optional(),
  errorMessage: z.string().optional(),
  outputConfiguration: z.looseObject({ s3Uri: z.string().optional() }).optional(),
  jobSubmissionTime: z.string().optional(),
  jobCompletionTime: z.string().optional(),
  jobDurationInSeconds: z.number().optional(),
  explanation: z.looseObject({
    verdict: z.enum(["queued", "running", "succeeded", "failed", "unknown"]),
    isTerminal: z.boolean(),
    summary: z.string(),
    fault: z.enum(["request", "service"]).optional(),
    startAgain: z.enum(["no", "after_fix", "safe"]),
    elapsedSeconds: z.number().optional(),
    checkAgainInSeconds: z.number().optional(),
    possibleCauses: z
      .array(z.looseObject({ cause: z.string(), remedy: z.string(), basedOn: z.string() }))
      .optional(),
    nextSteps: z.array(z.string()),
  }),
});

/** Characters of AWS's free texts that are passed on: far more than any that has been seen. */
const maxAwsText = 4000;

/** The answer for programs: AWS's fields under AWS's names, cleaned of what could mislead a reader, and what they mean. */
export function statusAnswer(
  arn: InvocationArn,
  job: JobStatus,
  explanation: JobExplanation,
): Readonly<Record<string, unknown>> {
  const { status, errorType, errorMessage, outputConfiguration } = job;
  return {
    invocationArn: arn.text,
    ...job,
    ...(status === undefined ? {} : { status: cleanText(status, 200) }),
    ...(errorType === undefined ? {} : { errorType: cleanText(errorType, maxAwsText) }),
    ...(errorMessage === undefined ? {} : { errorMessage: cleanText(errorMessage, maxAwsText) }),
    ...(outputConfiguration?.s3Uri === undefined
      ? {}
      : { outputConfiguration: { s3Uri: cleanText(outputConfiguration.s3Uri, maxAwsText) } }),
    explanation,
  };
}
