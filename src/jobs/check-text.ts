import type { JobStatus } from "../aws/runtime-client.ts";
import type { CallFailureExplanation, JobExplanation, Verdict } from "./explanation.ts";
import { quoteText } from "./quote.ts";

/** One of many jobs that were checked: what it means, or why nothing is known of it. */
export interface CheckedJob {
  readonly arn: string;
  readonly explanation?: JobExplanation;
  /** AWS's own words on a job that failed. */
  readonly errorMessage?: JobStatus["errorMessage"];
  readonly failure?: Pick<CallFailureExplanation, "name" | "meaning">;
}

/** How many jobs there are of each verdict; `callFailed` where nothing is known. What there is none of is absent. */
export type CheckCounts = Partial<Record<Verdict | "callFailed", number>>;

/** How many jobs there are of each verdict; `callFailed` where nothing is known. What there is none of is absent. */
export function countByVerdict(jobs: readonly CheckedJob[]): CheckCounts {
  const counts: CheckCounts = {};
  for (const { explanation } of jobs) {
    const verdict = explanation?.verdict ?? "callFailed";
    counts[verdict] = (counts[verdict] ?? 0) + 1;
  }
  return counts;
}

/** Jobs that are named one by one; the rest is counted, so that the text stays short whatever the number. */
const maxNamed = 5;
/** Of AWS's words on each of them: enough to tell one cause from another. */
const awsWordsCharacters = 100;

const words: Readonly<Record<Verdict | "callFailed", string>> = {
  failed: "failed",
  callFailed: "could not be checked",
  unknown: "of unknown status",
  running: "running",
  queued: "queued",
  succeeded: "succeeded",
};

/** The worst first, since that is where somebody has to act; then what is still open; the rest is only counted. */
export function checkText(jobs: readonly CheckedJob[]): string {
  const counts = countByVerdict(jobs);
  const counted = Object.entries(words)
    .map(([verdict, word]) => [counts[verdict as keyof CheckCounts] ?? 0, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`);
  const open = jobs.filter(({ explanation }) => explanation?.isTerminal === false);
  const pauses = open.map(({ explanation }) => explanation?.checkAgainInSeconds ?? 0);
  return [
    `${jobs.length} job${jobs.length === 1 ? "" : "s"}: ${counted.join(", ")}.`,
    ...named(
      jobs.filter(({ explanation }) => explanation?.verdict === "failed"),
      ({ errorMessage, explanation }) =>
        `${explanation?.summary ?? ""}${awsWords(errorMessage)} Start again: ${explanation?.startAgain ?? "no"}.`,
    ),
    ...named(
      jobs.filter(({ failure }) => failure !== undefined),
      ({ failure }) => `Not checked, ${failure?.name ?? ""}: ${failure?.meaning ?? ""}`,
    ),
    ...(open.length === 0
      ? []
      : [
          `Check the open ones again in ${Math.max(...pauses)} s. Do not start them again: each is paid for again.`,
        ]),
  ].join("\n");
}

function awsWords(errorMessage: string | undefined): string {
  return errorMessage === undefined ? "" : ` AWS's words: ${quoteText(errorMessage, awsWordsCharacters)}.`;
}

function named(jobs: readonly CheckedJob[], say: (job: CheckedJob) => string): string[] {
  const lines = jobs.slice(0, maxNamed).map((job) => `- ${job.arn}: ${say(job)}`);
  return jobs.length > maxNamed ? [...lines, `- and ${jobs.length - maxNamed} more like these`] : lines;
}
