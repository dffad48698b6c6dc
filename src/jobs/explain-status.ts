import type { InvocationArn } from "../aws/arn.ts";
import type { JobStatus } from "../aws/runtime-client.ts";
import { durationText, readTime } from "./duration-text.ts";
import type { JobExplanation, Verdict } from "./explanation.ts";
import { longestSeenJobSeconds } from "./limits.ts";
import { checkAgainInSeconds, slowestPaceSeconds } from "./pace.ts";
import { possibleCauses } from "./possible-causes.ts";
import { quoteText } from "./quote.ts";

/** Names of tools that the next steps may point at; none is named where it is absent. */
export interface RelatedTools {
  readonly waitTool?: string;
  readonly resultsTool?: string;
}

/**
 * What a job's status means. `now` is in milliseconds since 1970. Never throws, whatever AWS sent: a status that is
 * not one of the five known ones is neither finished nor failed.
 */
export function explainStatus(
  job: JobStatus,
  arn: InvocationArn,
  now: number,
  related: RelatedTools = {},
): JobExplanation {
  switch (job.status) {
    case "Created":
    case "InProgress":
      return unfinished(job.status === "Created" ? "queued" : "running", job, arn, now, related);
    case "Success":
      return succeeded(job, related);
    case "ServiceError":
    case "ClientError":
      return failed(job.status === "ClientError" ? "request" : "service", job, arn);
    default:
      return unfinished("unknown", job, arn, now, related);
  }
}

/** Seconds that a job took: AWS's figure, else the time between submission and completion. Absent if neither is known. */
function tookSeconds(job: JobStatus): number | undefined {
  if (job.jobDurationInSeconds !== undefined) return job.jobDurationInSeconds;
  const from = readTime(job.jobSubmissionTime);
  const to = readTime(job.jobCompletionTime);
  return from === undefined || to === undefined || to < from ? undefined : (to - from) / 1000;
}

function unfinished(
  verdict: Extract<Verdict, "queued" | "running" | "unknown">,
  job: JobStatus,
  arn: InvocationArn,
  now: number,
  { waitTool }: RelatedTools,
): JobExplanation {
  const age = ageInSeconds(job, now);
  const pause = verdict === "unknown" ? slowestPaceSeconds : checkAgainInSeconds(age);
  const late = verdict !== "unknown" && age !== undefined && age > longestSeenJobSeconds;
  const wait = waitTool === undefined || verdict === "unknown" ? "" : ` or use ${waitTool}`;
  return {
    verdict,
    isTerminal: false,
    summary: unfinishedSummary(verdict, job, age),
    startAgain: "no",
    ...(age === undefined ? {} : { elapsedSeconds: age }),
    checkAgainInSeconds: pause,
    nextSteps: [
      "Do not start it again: a second job is paid for again.",
      ...(late ? [lateNote(verdict)] : []),
      `Check again in ${pause} s${wait}: ${arn.text}`,
    ],
  };
}

function unfinishedSummary(verdict: Verdict, job: JobStatus, age: number | undefined): string {
  const since = age === undefined ? "" : `, submitted ${durationText(age)} ago`;
  if (verdict === "queued") return `The job is queued${since}, and has not begun.`;
  if (verdict === "running") return `The job is running${since}.`;
  const status = job.status === undefined ? "no status" : `the unknown status ${quoteText(job.status, 60)}`;
  return `AWS gives ${status} for the job${since}: whether it is finished is not known.`;
}

function lateNote(verdict: Verdict): string {
  const seen = `That is longer than jobs that were seen (up to ${durationText(longestSeenJobSeconds)})`;
  return verdict === "queued"
    ? `${seen}. Possibly the account has more jobs open than may run at once; AWS publishes no bound. If hours pass, ask AWS Support and name the ARN.`
    : `${seen}; long inputs take longer, and AWS publishes no bound. If hours pass, ask AWS Support and name the ARN.`;
}

/**
 * Whole seconds since submission. A submission that lies ahead is a clock that is off: by less than a minute it is
 * taken as just now, by more the age is not known, and no figure is better than a wrong one.
 */
function ageInSeconds(job: JobStatus, now: number): number | undefined {
  const submitted = readTime(job.jobSubmissionTime);
  if (submitted === undefined || !Number.isFinite(now)) return undefined;
  const age = Math.floor((now - submitted) / 1000);
  if (age < -60) return undefined;
  return Math.max(0, age);
}

function succeeded(job: JobStatus, { resultsTool }: RelatedTools): JobExplanation {
  const took = tookSeconds(job);
  const s3Uri = job.outputConfiguration?.s3Uri;
  const reader = resultsTool === undefined ? "" : ` with ${resultsTool}`;
  return {
    verdict: "succeeded",
    isTerminal: true,
    summary: `The job succeeded${took === undefined ? "" : ` in ${durationText(took)}`}.`,
    startAgain: "no",
    nextSteps: [
      s3Uri === undefined
        ? `AWS gave no s3Uri: the output lies under the s3Uri of the request that started the job.${reader === "" ? "" : ` Try to read it${reader}.`}`
        : `Read it${reader}: s3Uri is ${isJobMetadata(s3Uri) ? "" : "normally "}the job_metadata.json object that lists the results.`,
      "Segments may still lack a match (custom_output_status).",
      "Do not start it again.",
    ],
  };
}

function isJobMetadata(s3Uri: string): boolean {
  return s3Uri.endsWith("/job_metadata.json");
}

function failed(fault: "request" | "service", job: JobStatus, arn: InvocationArn): JobExplanation {
  const took = tookSeconds(job);
  const { causes, pass } = possibleCauses(job, arn);
  const after = took === undefined ? "" : ` after ${durationText(took)}`;
  return {
    verdict: "failed",
    isTerminal: true,
    summary: `The job failed${after}, ${fault === "request" ? "because of its request or input" : "by AWS's fault, not the request's"}.`,
    fault,
    startAgain: fault === "request" ? "after_fix" : "safe",
    ...(causes.length === 0 ? {} : { possibleCauses: causes }),
    nextSteps:
      fault === "service"
        ? afterServiceFault
        : pass
          ? afterPassingFault
          : afterRequestFault(job, causes.length > 0),
  };
}

const afterServiceFault = [
  "Starting a new job is reasonable, and is paid for again.",
  "If it fails too, ask AWS Support.",
];

const afterPassingFault = [
  "Do not start it again at once: it may fail again and be paid for again. Later the same request may do, unchanged.",
];

function afterRequestFault(job: JobStatus, hasCauses: boolean): string[] {
  const unchanged =
    "Do not start it again unchanged: it would fail again and be paid for again. First mend the request or the input.";
  if (hasCauses) return [unchanged];
  const gaveWords = job.errorMessage !== undefined || job.errorType !== undefined;
  return [
    unchanged,
    `${gaveWords ? "AWS's words are the only clue." : "AWS gave no reason."} Possible places to look: whether the input object exists and may be read, its format and size, the profile's region, the output bucket.`,
  ];
}
