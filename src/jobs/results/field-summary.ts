import { cleanText } from "../quote.ts";
import { type Field, type FieldNode, type FieldValue, fieldsOf, isEmpty } from "./fields.ts";

/** How good the fields of a segment are. Texts are cleaned and capped. */
export interface FieldSummary {
  /** Values, those in lists and groups counted one by one. */
  readonly count: number;
  /** Values whose confidence is below the limit that was asked for, or over 1. An empty one is not among them. */
  readonly doubtfulCount: number;
  readonly emptyCount: number;
  /** Values, other than empty ones, that AWS gave no confidence for. */
  readonly withoutConfidenceCount: number;
  /** The least sure first, at most eight. */
  readonly doubtful?: readonly DoubtfulField[];
  /** At most eight. */
  readonly empty?: readonly string[];
}

/** A value that AWS was less sure of than wanted. `confidence` is AWS's, from 0 to 1. */
export interface DoubtfulField {
  readonly path: string;
  readonly value: FieldValue;
  readonly confidence: number;
}

const maxListed = 8;
const maxPath = 100;
const maxValue = 100;

/** Counts the values, and lists those that need a look. `confidenceBelow` is from 0 to 1. */
export function summariseFields(root: FieldNode, confidenceBelow: number): FieldSummary {
  let count = 0;
  let withoutConfidenceCount = 0;
  const doubtful: DoubtfulField[] = [];
  const empty: string[] = [];
  for (const field of fieldsOf(root)) {
    count += 1;
    const { path, value, confidence } = field;
    if (isEmpty(field)) empty.push(path);
    else if (confidence === undefined) withoutConfidenceCount += 1;
    else if (isDoubtful(field, confidenceBelow)) doubtful.push({ path, value: value ?? "", confidence });
  }
  const listed = doubtful.sort((a, b) => a.confidence - b.confidence).slice(0, maxListed);
  return {
    count,
    doubtfulCount: doubtful.length,
    emptyCount: empty.length,
    withoutConfidenceCount,
    ...(listed.length === 0 ? {} : { doubtful: listed.map(cleanedField) }),
    ...(empty.length === 0
      ? {}
      : { empty: empty.slice(0, maxListed).map((path) => cleanText(path, maxPath)) }),
  };
}

/** Whether there is a value, and AWS was less sure of it than `confidenceBelow`, from 0 to 1. */
export function isDoubtful(field: Field, confidenceBelow: number): boolean {
  return !isEmpty(field) && isUnsure(field.confidence, confidenceBelow);
}

/** Whether a confidence is below the limit. One over 1 is none that AWS documents: nothing is sure by it. */
export function isUnsure(confidence: number | undefined, confidenceBelow: number): boolean {
  return confidence !== undefined && (confidence < confidenceBelow || confidence > 1);
}

function cleanedField({ path, value, confidence }: DoubtfulField): DoubtfulField {
  return {
    path: cleanText(path, maxPath),
    value: typeof value === "string" ? cleanText(value, maxValue) : value,
    confidence,
  };
}
