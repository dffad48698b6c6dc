import { nextStepsFor } from "./next-steps.ts";
import { verdictReason } from "./overview-words.ts";
import type { SegmentFacts, SegmentOutcome } from "./segment-facts.ts";
import { isDoubtfulMatch } from "./segment-state.ts";

/**
 * Whether the results are any good, over all segments.
 * - `complete`: every segment was read and gave what was asked for
 * - `partly_matched`: some did; others matched nothing, hold nothing or could not be read
 * - `not_matched`: a blueprint was wanted, and none fits any segment
 * - `fallback_used`: nothing is missing, but the fallback blueprint stood in
 * - `forced_match`: nothing is missing, but AWS may have had no choice of blueprint, so the match is no evidence
 * - `nothing_found`: no segment gave anything that could be read
 */
export type ResultsVerdict =
  | "complete"
  | "partly_matched"
  | "not_matched"
  | "fallback_used"
  | "forced_match"
  | "nothing_found";

/** What all segments come to. */
export interface ResultsCounts {
  readonly segments: number;
  /** By outcome; those that there are none of are left out. */
  readonly outcomes: Readonly<Partial<Record<SegmentOutcome, number>>>;
  /** Segments of which some file could not be read. */
  readonly withProblems: number;
  /** Segments whose files were left for a call that asks for them. */
  readonly notRead: number;
  /** Values in all segments that were read. */
  readonly fields: number;
  readonly doubtfulFields: number;
  readonly emptyFields: number;
  /** Segments whose blueprint AWS is not sure of. */
  readonly doubtfulMatches: number;
  /** Values, other than empty ones, that AWS gave no confidence for. */
  readonly fieldsWithoutConfidence: number;
}

/** All that a job has found, judged. */
export interface ResultsOverview {
  readonly verdict: ResultsVerdict;
  /** Why, in a few sentences. */
  readonly summary: string;
  readonly nextSteps: readonly string[];
  readonly counts: ResultsCounts;
  /** All of them, the worst first. */
  readonly segments: readonly SegmentFacts[];
}

/** What the segments of a job amount to. */
export function overviewOf(
  given: readonly SegmentFacts[],
  job: {
    readonly confidenceBelow: number;
    readonly unreadableAssets: number;
    /** Whether the reader has flags at hand, or a tool's arguments. */
    readonly forTerminal?: boolean;
  },
): ResultsOverview {
  const segments = withoutDisprovenForce(given).sort((a, b) => rank(a) - rank(b) || a.segment - b.segment);
  const counts = countsOf(segments);
  const verdict = verdictOf(segments, counts, job.unreadableAssets);
  const facts = { verdict, counts, segments, forTerminal: false, ...job };
  return { verdict, summary: verdictReason(facts), nextSteps: nextStepsFor(facts), counts, segments };
}

function verdictOf(
  segments: readonly SegmentFacts[],
  { outcomes, withProblems, segments: all }: ResultsCounts,
  unreadableAssets: number,
): ResultsVerdict {
  const { matched = 0, fallback = 0, not_matched = 0, standard_only = 0, unknown = 0 } = outcomes;
  const good = matched + fallback + standard_only;
  if (all > 0 && not_matched === all) return "not_matched";
  const anything = segments.some(({ hasText, summary }) => hasText || summary !== undefined);
  if (good === 0 && unknown === 0 && !anything) return "nothing_found";
  if (good < all || withProblems > 0 || unreadableAssets > 0) return "partly_matched";
  if (fallback > 0) return "fallback_used";
  return segments.some(({ blueprint }) => blueprint?.possiblyForced) ? "forced_match" : "complete";
}

function countsOf(segments: readonly SegmentFacts[]): ResultsCounts {
  const outcomes: Partial<Record<SegmentOutcome, number>> = {};
  for (const { outcome } of segments) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const sum = (of: (segment: SegmentFacts) => number) =>
    segments.reduce((total, segment) => total + of(segment), 0);
  return {
    segments: segments.length,
    outcomes,
    withProblems: segments.filter(({ problems }) => problems !== undefined).length,
    notRead: segments.filter(({ notRead }) => notRead === true).length,
    fields: sum(({ fields }) => fields?.count ?? 0),
    doubtfulFields: sum(({ fields }) => fields?.doubtfulCount ?? 0),
    emptyFields: sum(({ fields }) => fields?.emptyCount ?? 0),
    doubtfulMatches: segments.filter(isDoubtfulMatch).length,
    fieldsWithoutConfidence: sum(({ fields }) => fields?.withoutConfidenceCount ?? 0),
  };
}

/** Two blueprints for the same modality in one job: AWS had a choice, and a confidence of 1 means something. */
function withoutDisprovenForce(segments: readonly SegmentFacts[]): SegmentFacts[] {
  const seen = new Map<string, Set<string>>();
  for (const { blueprint, modality = "", outcome } of segments) {
    const id = blueprint?.arn ?? blueprint?.name;
    if (id === undefined || outcome !== "matched") continue;
    seen.set(modality, (seen.get(modality) ?? new Set()).add(id));
  }
  return segments.map((segment) => {
    const { blueprint, modality = "", outcome } = segment;
    const chosen = (seen.get(modality)?.size ?? 0) > 1 || outcome === "fallback";
    if (blueprint?.possiblyForced === undefined || !chosen) return segment;
    const { possiblyForced: _, ...rest } = blueprint;
    return { ...segment, blueprint: rest };
  });
}

const ranks: Readonly<Record<SegmentOutcome, number>> = {
  unreadable: 0,
  not_matched: 1,
  empty: 2,
  unknown: 3,
  fallback: 4,
  matched: 6,
  standard_only: 6,
};

/** The lower, the worse. */
function rank({ outcome, problems, fields, blueprint }: SegmentFacts): number {
  const base = ranks[outcome];
  if (base < 6) return base;
  if (problems !== undefined) return 5;
  if (blueprint?.doubtful) return 5.5;
  const doubtful = fields?.doubtfulCount ?? 0;
  if (doubtful > 0) return 6 + 1 / (1 + doubtful);
  return blueprint?.possiblyForced ? 7 : 8;
}
