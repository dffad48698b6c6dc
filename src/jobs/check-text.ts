import type { JobStatus } from "../aws/runtime-client.ts";
import type { CallFailureExplanation, JobExplanation, Verdict } from "./explanation.ts";
import { quoteText, quoteToEnd } from "./quote.ts";

/** One of many jobs that were checked: what it means, or why nothing is known of it. */
export interface CheckedJob {
  /** As it was given, where it is none. */
  readonly arn: string;
  /** AWS's own word. */
  readonly status?: JobStatus["status"];
  readonly explanation?: JobExplanation;
  /** AWS's own words on a job that failed. */
  readonly errorMessage?: JobStatus["errorMessage"];
  /** Without a name where no call was made. */
  readonly failure?: Pick<CallFailureExplanation, "meaning"> & Partial<Pick<CallFailureExplanation, "name">>;
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

/** Jobs that are told one by one; the rest is counted, so that the text stays short whatever the number. */
const maxNamed = 5;
/** Open jobs that are named, so that they can be asked about alone. */
const maxOpenNamed = 10;
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
      ({ arn, errorMessage, explanation }) =>
        `${idOf(arn)}: ${explanation?.summary ?? ""}${awsWords(errorMessage)} Start again: ${startAgain(explanation)}.`,
    ),
    ...named(
      jobs.filter(({ failure }) => failure !== undefined),
      ({ arn, failure }) =>
        failure?.name === undefined
          ? `Not checked: ${failure?.meaning ?? ""}`
          : `${arn}: Not checked, ${failure.name}: ${failure.meaning}`,
    ),
    ...(open.length === 0
      ? []
      : [
          `Open: ${openNames(open)}.`,
          `Check the open ones again in ${Math.max(...pauses)} s. Do not start them again: each is paid for again.`,
        ]),
  ].join("\n");
}

function awsWords(errorMessage: string | undefined): string {
  return errorMessage === undefined ? "" : ` AWS's words: ${quoteToEnd(errorMessage, awsWordsCharacters)}`;
}

function startAgain(explanation: JobExplanation | undefined): string {
  const answer = explanation?.startAgain ?? "no";
  return answer === "safe" ? "safe, but paid for again" : answer;
}

/** Their job ids by AWS's word for them: `InProgress 0a1b…, 2c3d…; Created 4e5f…`. */
function openNames(open: readonly CheckedJob[]): string {
  const byStatus = new Map<string, string[]>();
  for (const { arn, explanation, status } of open.slice(0, maxOpenNamed)) {
    const word = explanation?.verdict === "unknown" ? quoteText(status ?? "", 40) : (status ?? "");
    const name = status === undefined ? "no status" : word;
    byStatus.set(name, [...(byStatus.get(name) ?? []), idOf(arn)]);
  }
  const more = open.length - maxOpenNamed;
  const named = [...byStatus].map(([status, ids]) => `${status} ${ids.join(", ")}`).join("; ");
  return `${named}${more > 0 ? ` and ${more} more` : ""}`;
}

/** No two jobs share one, and whoever asked has the rest of the ARN. */
function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

function named(jobs: readonly CheckedJob[], say: (job: CheckedJob) => string): string[] {
  const lines = jobs.slice(0, maxNamed).map((job) => `- ${say(job)}`);
  return jobs.length > maxNamed ? [...lines, `- and ${jobs.length - maxNamed} more like these`] : lines;
}
