import type { ResultsCounts, ResultsVerdict } from "./overview.ts";
import type { SegmentFacts } from "./segment-facts.ts";
import { type SegmentState, stateOf } from "./segment-state.ts";

/** What an overview is worded from. */
export interface OverviewFacts {
  readonly verdict: ResultsVerdict;
  readonly counts: ResultsCounts;
  /** The worst first. */
  readonly segments: readonly SegmentFacts[];
  readonly confidenceBelow: number;
  readonly unreadableAssets: number;
  readonly forTerminal: boolean;
}

/** Verbs for one and for several, after a number. */
const stateWords: Readonly<Record<SegmentState, readonly [string, string]>> = {
  matched: ["matched a blueprint", "matched a blueprint"],
  fallback: ["used the fallback blueprint", "used the fallback blueprint"],
  not_matched: ["matched no blueprint", "matched no blueprint"],
  standard_only: [
    "has standard output, as no blueprint was asked for",
    "have standard output, as no blueprint was asked for",
  ],
  unfilled: ["matched, but no field was filled", "matched, but no field was filled"],
  empty: ["holds nothing", "hold nothing"],
  fields_unreadable: ["has fields that could not be read", "have fields that could not be read"],
  unreadable: ["could not be read", "could not be read"],
  unknown_kind: ["is of a kind that is not known here", "are of a kind that is not known here"],
  unknown: ["has a match status that is not known here", "have a match status that is not known here"],
};

const order: readonly SegmentState[] = [
  "matched",
  "standard_only",
  "fallback",
  "not_matched",
  "unfilled",
  "empty",
  "unknown",
  "unknown_kind",
  "fields_unreadable",
  "unreadable",
];

/** Why the verdict is what it is. */
export function verdictReason(facts: OverviewFacts): string {
  const { verdict, counts, confidenceBelow, unreadableAssets } = facts;
  const {
    segments,
    outcomes,
    doubtfulMatches,
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
    const states = facts.segments.map(stateOf);
    const parts = order.flatMap((state) => {
      const count = states.filter((one) => one === state).length;
      const [one, several] = stateWords[state];
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
  if (doubtfulMatches > 0) {
    sentences.push(
      `AWS is not sure of ${doubtfulMatches} match${doubtfulMatches === 1 ? "" : "es"} (confidence below ${confidenceBelow}).`,
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
