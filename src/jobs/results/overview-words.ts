import type { ResultsCounts, ResultsVerdict } from "./overview.ts";
import type { SegmentFacts, SegmentOutcome } from "./segment-facts.ts";

interface OverviewFacts {
  readonly verdict: ResultsVerdict;
  readonly counts: ResultsCounts;
  /** The worst first. */
  readonly segments: readonly SegmentFacts[];
  readonly confidenceBelow: number;
  readonly unreadableAssets: number;
  readonly forTerminal: boolean;
}

/** Verbs for one and for several, after a number. */
const outcomeWords: Readonly<Record<SegmentOutcome, readonly [string, string]>> = {
  matched: ["matched a blueprint", "matched a blueprint"],
  fallback: ["used the fallback blueprint", "used the fallback blueprint"],
  not_matched: ["matched no blueprint", "matched no blueprint"],
  standard_only: [
    "has standard output, as no blueprint was asked for",
    "have standard output, as no blueprint was asked for",
  ],
  empty: ["holds nothing", "hold nothing"],
  unreadable: ["could not be read", "could not be read"],
  unknown: ["has a match status that is not known here", "have a match status that is not known here"],
};

const order: readonly SegmentOutcome[] = [
  "matched",
  "standard_only",
  "fallback",
  "not_matched",
  "empty",
  "unknown",
  "unreadable",
];

/** Why the verdict is what it is. */
export function verdictReason({ verdict, counts, confidenceBelow, unreadableAssets }: OverviewFacts): string {
  const {
    segments,
    outcomes,
    fields,
    doubtfulFields,
    emptyFields,
    fieldsWithoutConfidence,
    notRead,
    withProblems,
  } = counts;
  const sentences: string[] = [];
  if (segments === 0) sentences.push("job_metadata.json lists no segment.");
  else {
    const parts = order.flatMap((outcome) => {
      const count = outcomes[outcome] ?? 0;
      const [one, several] = outcomeWords[outcome];
      return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
    });
    sentences.push(`Of ${segments} segment${segments === 1 ? "" : "s"}, ${parts.join(", ")}.`);
  }
  if (unreadableAssets > 0)
    sentences.push("A list of segments in job_metadata.json is not readable: there may be more.");
  const unreadable = outcomes.unreadable ?? 0;
  const besides = withProblems - unreadable;
  if (besides > 0)
    sentences.push(`Besides, ${besides} ${besides === 1 ? "has" : "have"} a file that could not be read.`);
  if (verdict === "forced_match") {
    sentences.push(
      "Confidence 1 is also what AWS gives when there is only one blueprint to choose, so it is no evidence that the blueprint fits.",
    );
  }
  if (fields > 0) {
    const unsure =
      fieldsWithoutConfidence === 0 ? "" : `, ${fieldsWithoutConfidence} without a confidence from AWS`;
    sentences.push(
      `Of ${fields} field${fields === 1 ? "" : "s"}, ${doubtfulFields} doubtful (confidence below ${confidenceBelow}), ${emptyFields} empty${unsure}.`,
    );
  }
  if (notRead > 0) {
    sentences.push(`The files of ${notRead} were not read; they are judged by job_metadata.json alone.`);
  }
  return sentences.join(" ");
}

/** What to do, the first thing first. */
export function nextStepsFor({ verdict, counts, segments, forTerminal }: OverviewFacts): string[] {
  const { outcomes, doubtfulFields, notRead } = counts;
  const named = (...wanted: SegmentOutcome[]) =>
    segmentList(segments.filter(({ outcome }) => wanted.includes(outcome)));
  const [text, fields, one] = forTerminal
    ? ["--text", "--segment", "--segment"]
    : ["view text", "view fields", "segment"];
  const steps: string[] = [];
  if (outcomes.unreadable)
    steps.push(`Mend what keeps ${named("unreadable")} from being read, then ask again.`);
  if (outcomes.not_matched) {
    steps.push(
      `Read ${named("not_matched")} with ${text}. For fields, the project needs a blueprint for that kind of content; a new job is paid for.`,
    );
  }
  if (outcomes.empty) steps.push(`Look at the input of ${named("empty")}: it may be blank or unreadable.`);
  if (outcomes.unknown) steps.push(`Look at ${named("unknown")} with ${fields} or ${text}.`);
  if (outcomes.fallback) {
    steps.push(
      `Check the fields of ${named("fallback")}: the fallback blueprint was not made for that content.`,
    );
  }
  if (verdict === "forced_match") {
    steps.push(
      "Compare the blueprint's name and the document class with the file before relying on the fields.",
    );
  }
  if (doubtfulFields > 0) steps.push("Check the doubtful fields against the file.");
  if (notRead > 0) steps.push(`Ask with ${one} for those that were not read.`);
  if (steps.length === 0) {
    steps.push(
      verdict === "nothing_found"
        ? "Check the input file and the project's settings."
        : `The values are in ${counts.fields > 0 ? fields : text}.`,
    );
  }
  return steps;
}

function segmentList(segments: readonly SegmentFacts[]): string {
  const numbers = segments.map(({ segment }) => segment).sort((a, b) => a - b);
  const shown = numbers.slice(0, 5).join(", ");
  const more = numbers.length > 5 ? ` and ${numbers.length - 5} more` : "";
  return `segment${numbers.length === 1 ? "" : "s"} ${shown}${more}`;
}
