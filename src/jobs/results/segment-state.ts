import type { SegmentFacts, SegmentOutcome } from "./segment-facts.ts";

/**
 * An outcome, told apart by what is left for a reader.
 * - `unfilled`: a blueprint was found and filled no field, but there is text
 * - `fields_unreadable`: the fields could not be read, but there is text
 * - `unknown_kind`: there is a result, of a modality that is not known here
 */
export type SegmentState = SegmentOutcome | "unfilled" | "fields_unreadable" | "unknown_kind";

export function stateOf({ outcome, hasText, matchStatus }: SegmentFacts): SegmentState {
  if (outcome === "empty" && hasText) return "unfilled";
  if (outcome === "unreadable" && hasText) return "fields_unreadable";
  return outcome === "unknown" && matchStatus === undefined ? "unknown_kind" : outcome;
}

/** A fallback's confidence is told, but nobody expects much of it. */
export function isDoubtfulMatch({ blueprint, outcome }: SegmentFacts): boolean {
  return outcome !== "fallback" && blueprint?.doubtful === true;
}
