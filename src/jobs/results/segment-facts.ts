import { cleanText } from "../quote.ts";
import type { Blueprint } from "./custom-output.ts";
import { type FieldSummary, isUnsure } from "./field-summary.ts";
import type { CustomSummary, FileReading, StandardSummary } from "./file-reading.ts";
import { pageRange } from "./page-range.ts";
import { type FilePlan, type FileProblem, type SegmentPlan, uriText } from "./plan.ts";
import type { TimeSpan } from "./standard-output.ts";

/**
 * What became of a segment.
 * - `matched`: a blueprint was found for it, and fields with it
 * - `fallback`: the project's fallback blueprint was used
 * - `not_matched`: no blueprint fits; it has standard output at most
 * - `standard_only`: no blueprint was asked for, and there is standard output
 * - `empty`: the file that counts is there and holds nothing: no value, or where no blueprint was asked for, no content
 * - `unreadable`: the file that counts could not be read
 * - `unknown`: AWS uses a word for its match status or its modality that is not known here
 */
export type SegmentOutcome =
  | "matched"
  | "fallback"
  | "not_matched"
  | "standard_only"
  | "empty"
  | "unreadable"
  | "unknown";

/** One segment for programs. Texts are cleaned and capped; absent facts are absent. */
export interface SegmentFacts {
  /** From 0, over the whole job. */
  readonly segment: number;
  readonly outcome: SegmentOutcome;
  readonly modality?: string;
  /** As a person counts them, from 1: `1-3, 5`. */
  readonly pages?: string;
  readonly timeSpan?: TimeSpan;
  /** AWS's word. */
  readonly matchStatus?: string;
  readonly blueprint?: Blueprint & {
    /** Confidence 1 is also what AWS gives to a blueprint that it had no choice about. */
    readonly possiblyForced?: true;
    /** Its confidence is below the limit that was asked for: it may well be the wrong one. */
    readonly doubtful?: true;
  };
  readonly documentClass?: string;
  readonly fields?: FieldSummary;
  readonly summary?: string;
  /** There is text in its standard output: view text has it. */
  readonly hasText?: true;
  readonly statistics?: Readonly<Record<string, number>>;
  readonly standardOutputPath?: string;
  readonly customOutputPath?: string;
  readonly problems?: readonly FileProblem[];
  /** Its files were left for a call that asks for this segment. */
  readonly notRead?: true;
}

/** What the two files of one segment hold. */
export interface SegmentFiles {
  readonly standard: FileReading<StandardSummary>;
  readonly custom: FileReading<CustomSummary>;
}

const maxSummary = 400;
const maxName = 100;
const maxStatistics = 12;

/** Facts of a segment from what its files hold. `files` is absent where they were left unread. */
export function segmentFacts(
  plan: SegmentPlan,
  files: SegmentFiles | undefined,
  job: { readonly modality?: string; readonly confidenceBelow?: number },
): SegmentFacts {
  const { entry } = plan;
  const custom = contentOf(files?.custom);
  const standard = contentOf(files?.standard);
  const modality = standard?.modality ?? job.modality;
  const pages = pageRange(custom?.pageIndices.length ? custom.pageIndices : (standard?.pageIndices ?? []));
  const problems = problemsOf(plan, files);
  const summary = standard?.summary === undefined ? "" : cleanText(standard.summary, maxSummary);
  const statistics = statisticsOf(standard);
  return {
    segment: entry.segment,
    outcome: outcomeOf(plan, files, modality),
    ...(modality === undefined ? {} : { modality: cleanText(modality, maxName) }),
    ...(pages === undefined ? {} : { pages }),
    ...(standard?.timeSpan === undefined ? {} : { timeSpan: standard.timeSpan }),
    ...(entry.matchStatus === undefined ? {} : { matchStatus: cleanText(entry.matchStatus, maxName) }),
    ...(custom?.blueprint === undefined
      ? {}
      : { blueprint: blueprintOf(custom.blueprint, job.confidenceBelow) }),
    ...(custom?.documentClass === undefined
      ? {}
      : { documentClass: cleanText(custom.documentClass, maxName) }),
    ...(custom === undefined ? {} : { fields: custom.fields }),
    ...(summary === "" ? {} : { summary }),
    ...(standard?.hasText ? { hasText: true } : {}),
    ...(statistics === undefined ? {} : { statistics }),
    ...pathOf("standardOutputPath", plan.standard),
    ...pathOf("customOutputPath", plan.custom),
    ...(problems.length === 0 ? {} : { problems }),
    ...(files === undefined ? { notRead: true } : {}),
  };
}

function outcomeOf(
  { entry, custom, standard }: SegmentPlan,
  files: SegmentFiles | undefined,
  modality: string | undefined,
): SegmentOutcome {
  const status = entry.matchStatus;
  if (status === "NO_MATCH") return "not_matched";
  if (status !== undefined && status !== "MATCH" && status !== "FALLBACK") return "unknown";
  const hasBlueprint = status !== undefined || custom.kind !== "none";
  if (files === undefined) {
    // Judged by the metadata alone: only what is already known to be lost counts against it.
    if ((hasBlueprint ? custom : standard).kind === "problem") return "unreadable";
    return hasBlueprint ? (status === "FALLBACK" ? "fallback" : "matched") : "standard_only";
  }
  if (hasBlueprint) {
    const read = contentOf(files.custom);
    if (read === undefined) return "unreadable";
    if (read.fields.count === read.fields.emptyCount) return "empty";
    return status === "FALLBACK" ? "fallback" : "matched";
  }
  const read = contentOf(files.standard);
  if (read === undefined) return "unreadable";
  if (read.hasContent) return "standard_only";
  // What it holds may stand where nobody here looks.
  return modality === undefined || modalities.has(modality) ? "empty" : "unknown";
}

const modalities: ReadonlySet<string> = new Set(["DOCUMENT", "IMAGE", "AUDIO", "VIDEO"]);

function contentOf<T>(reading: FileReading<T> | undefined): T | undefined {
  return reading?.kind === "read" ? reading.content : undefined;
}

function problemsOf(plan: SegmentPlan, files: SegmentFiles | undefined): FileProblem[] {
  return [plan.custom, plan.standard, files?.custom, files?.standard].flatMap((one) =>
    one?.kind === "problem" ? [one.problem] : [],
  );
}

function pathOf(name: string, plan: FilePlan): Record<string, string> {
  return plan.kind === "fetch" ? { [name]: uriText(plan.address) } : {};
}

function blueprintOf(
  { name, arn, version, confidence }: Blueprint,
  confidenceBelow = 0,
): NonNullable<SegmentFacts["blueprint"]> {
  return {
    ...(name === undefined ? {} : { name: cleanText(name, maxName) }),
    ...(arn === undefined ? {} : { arn: cleanText(arn, 300) }),
    ...(version === undefined ? {} : { version: cleanText(version, 40) }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(confidence === 1 ? { possiblyForced: true } : {}),
    ...(isUnsure(confidence, confidenceBelow) ? { doubtful: true } : {}),
  };
}

function statisticsOf(standard: StandardSummary | undefined): Record<string, number> | undefined {
  const entries = Object.entries(standard?.statistics ?? {}).slice(0, maxStatistics);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([name, count]) => [cleanText(name, maxName), count]));
}
