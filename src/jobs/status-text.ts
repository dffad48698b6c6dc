import type { InvocationArn } from "../aws/arn.ts";
import type { JobStatus } from "../aws/runtime-client.ts";
import { utcText } from "./duration-text.ts";
import type { JobExplanation } from "./explanation.ts";
import { quoteText } from "./quote.ts";

const awsMessageCharacters = 400;

/**
 * The short answer for a model and the person it works for, when they see nothing else: headline, times, AWS's own
 * words, cause, what to do. Every token is paid for by every conversation, so nothing is said twice; the ARN stands
 * in full only where it is needed again.
 */
export function statusText(arn: InvocationArn, job: JobStatus, explanation: JobExplanation): string {
  return [
    explanation.summary,
    factsLine(arn, job, explanation),
    outputLine(job),
    awsWords(job),
    ...(explanation.possibleCauses ?? []).map(
      ({ cause, remedy, basedOn }) => `${cause} (from ${quoteText(basedOn, 160)}) ${remedy}`,
    ),
    explanation.nextSteps.join(" "),
  ]
    .filter((line) => line !== undefined)
    .join("\n");
}

function factsLine(arn: InvocationArn, job: JobStatus, { isTerminal }: JobExplanation): string | undefined {
  const { s3Uri } = job.outputConfiguration ?? {};
  const status = job.status === undefined ? "gives no status" : `status ${quoteText(job.status, 60)}`;
  const submitted = utcText(job.jobSubmissionTime);
  const ended = utcText(job.jobCompletionTime);
  const time =
    ended !== undefined ? `, ended ${ended}` : submitted !== undefined ? `, submitted ${submitted}` : "";
  if (job.status === undefined && time === "") return undefined;
  // An unfinished job's ARN comes with the next steps, and a good path of the output holds the job's id.
  const named = isTerminal && !(job.status === "Success" && s3Uri?.includes(arn.jobId));
  return `${named ? `Job ${arn.jobId}: ` : ""}AWS ${status}${time}.`;
}

function outputLine(job: JobStatus): string | undefined {
  const s3Uri = job.status === "Success" ? job.outputConfiguration?.s3Uri : undefined;
  return s3Uri === undefined ? undefined : `s3Uri: ${quoteText(s3Uri, 1200)}`;
}

function awsWords({ errorType, errorMessage }: JobStatus): string | undefined {
  if (errorType === undefined && errorMessage === undefined) return undefined;
  const type = errorType === undefined ? "" : ` ${quoteText(errorType, 100)}`;
  const message = errorMessage === undefined ? "" : ` ${quoteText(errorMessage, awsMessageCharacters)}`;
  return `AWS's words:${type}${type && message ? ":" : ""}${message}`;
}
