import { quoteText, quoteToEnd } from "../quote.ts";
import type { FieldSummary } from "./field-summary.ts";
import type { ResultsOverview, ResultsVerdict } from "./overview.ts";
import { positionText } from "./page-range.ts";
import type { FileProblem } from "./plan.ts";
import type { SegmentFacts } from "./segment-facts.ts";
import { stateOf } from "./segment-state.ts";

const verdictWords: Readonly<Record<ResultsVerdict, string>> = {
  complete: "complete",
  partly_matched: "partly matched",
  not_matched: "not matched",
  fallback_used: "fallback blueprint used",
  forced_match: "possibly a forced match",
  nothing_found: "nothing found",
};

/** Segments that the text of an overview describes; the rest are counted, and asked for by number. */
const maxShown = 5;

/** The overview for a model or person. Its length is bounded, however many segments there are. */
export function overviewText(jobId: string, overview: ResultsOverview): string {
  const { verdict, summary, nextSteps, segments } = overview;
  const shown = segments.slice(0, maxShown);
  const rest = segments.length - shown.length;
  const told = new Set<string>();
  return [
    `Results of job ${jobId}: ${verdictWords[verdict]}. ${summary}`,
    `Next: ${nextSteps.join(" ")}`,
    ...(rest > 0 ? [`The worst ${shown.length}:`] : []),
    ...shown.map((segment) => `- ${segmentLine(segment, brief, told)}`),
    ...(rest > 0 ? [`${rest} more: ask with segment, 0 to ${segments.length - 1}.`] : []),
  ].join("\n");
}

/** One segment for a model or person, with its files. */
export function segmentText(jobId: string, segments: number, facts: SegmentFacts): string {
  const files = [facts.customOutputPath, facts.standardOutputPath].filter((path) => path !== undefined);
  return [
    `Job ${jobId}, ${segments} segment${segments === 1 ? "" : "s"}. ${capital(segmentLine(facts, full, new Set()))}`,
    ...(facts.statistics === undefined ? [] : [`Statistics: ${statisticsText(facts.statistics)}.`]),
    ...(files.length === 0 ? [] : [`Files: ${files.map((path) => quoteText(path, 300)).join(" ")}`]),
  ].join("\n");
}

interface Detail {
  readonly fields: number;
  readonly characters: number;
  readonly summary: number;
}

const brief: Detail = { fields: 3, characters: 40, summary: 120 };
const full: Detail = { fields: 8, characters: 60, summary: 400 };

/** What there is to say of a segment, in a line. What helps against one kind of failure is told once: `told` remembers. */
function segmentLine(facts: SegmentFacts, detail: Detail, told: Set<string>): string {
  const { modality, pages, timeSpan, summary, problems = [], notRead } = facts;
  const where = [
    modality === undefined ? undefined : bare(modality),
    pages === undefined ? undefined : `page${/[-,]/.test(pages) ? "s" : ""} ${pages}`,
    timeSpan === undefined
      ? undefined
      : `${positionText(timeSpan.startMillis)} to ${positionText(timeSpan.endMillis)}`,
  ].filter((part) => part !== undefined);
  return [
    `segment ${facts.segment}${where.length === 0 ? "" : ` (${where.join(", ")})`}: ${outcomeText(facts)}.`,
    ...problems.map((problem) => problemText(problem, told)),
    ...(stateOf(facts) === "fields_unreadable" ? ["Its text is in view text."] : []),
    ...(facts.fields === undefined ? [] : [fieldsText(facts.fields, detail)]),
    ...(summary === undefined ? [] : [`Summary: ${quoteToEnd(summary, detail.summary)}`]),
    ...(notRead ? ["Its files were not read."] : []),
  ].join(" ");
}

function problemText({ kind, code = kind, text, remedy }: FileProblem, told: Set<string>): string {
  if (remedy === undefined || told.has(code)) return text;
  told.add(code);
  return `${text} ${remedy}`;
}

function outcomeText(facts: SegmentFacts): string {
  const { matchStatus, blueprint, documentClass, standardOutputPath } = facts;
  const name = blueprint?.name === undefined ? "" : ` ${quoteText(blueprint.name, 60)}`;
  const confidence =
    blueprint?.confidence === undefined
      ? ""
      : `, confidence ${sureness(blueprint.confidence)}${blueprint.doubtful ? " (doubtful)" : ""}`;
  const forced = blueprint?.possiblyForced ? " (possibly forced: no evidence)" : "";
  const kind = documentClass === undefined ? "" : `, class ${quoteText(documentClass, 60)}`;
  const details = `${name}${confidence}${forced}${kind}`;
  switch (stateOf(facts)) {
    case "matched":
      return `matched blueprint${details}`;
    case "fallback":
      return `fallback blueprint${details}`;
    case "not_matched":
      return "no blueprint matched";
    case "standard_only":
      return "standard output only";
    case "unfilled":
      return `${matchStatus === "FALLBACK" ? "fallback" : "matched"} blueprint${details}, but no field was filled; its text is in view text`;
    case "empty":
      return `holds nothing${blueprint === undefined ? "" : `, blueprint${details}`}`;
    case "fields_unreadable":
      return "its fields are not readable";
    case "unreadable":
      return "not readable";
    case "unknown_kind":
      return `its kind is not known here${standardOutputPath === undefined ? "" : `; its file is ${quoteText(standardOutputPath, 200)}`}`;
    case "unknown":
      return `match status ${quoteText(matchStatus ?? "", 40)} is not known${blueprint === undefined ? "" : `, blueprint${details}`}`;
  }
}

function fieldsText(fields: FieldSummary, detail: Detail): string {
  const { count, doubtfulCount, emptyCount, withoutConfidenceCount, doubtful = [], empty = [] } = fields;
  const quote = (text: string) => quoteText(text, detail.characters);
  const shown = doubtful.slice(0, detail.fields).map(({ path, value, confidence }) => {
    const said = typeof value === "string" ? quote(value) : String(value);
    return `${quote(path)} = ${said} (${sureness(confidence)})`;
  });
  const parts = [
    doubtfulCount === 0 ? undefined : `${doubtfulCount} doubtful: ${listed(shown, doubtfulCount)}`,
    emptyCount === 0
      ? undefined
      : `${emptyCount} empty: ${listed(empty.slice(0, detail.fields).map(quote), emptyCount)}`,
    withoutConfidenceCount === 0 ? undefined : `${withoutConfidenceCount} without a confidence`,
  ].filter((part) => part !== undefined);
  return `${count} field${count === 1 ? "" : "s"}${parts.length === 0 ? "" : `; ${parts.join("; ")}`}.`;
}

function listed(shown: readonly string[], count: number): string {
  return count > shown.length ? `${shown.join(", ")} and ${count - shown.length} more` : shown.join(", ");
}

/** Two digits are as much as anybody reads; `0.596` must not become `0.6` where 0.6 is the limit. */
function sureness(confidence: number): string {
  const digits = String(Math.floor(confidence * 100 + 1e-9) / 100);
  return confidence < 0 || confidence > 1 ? `${digits}, which is not from 0 to 1` : digits;
}

function statisticsText(statistics: Readonly<Record<string, number>>): string {
  return Object.entries(statistics)
    .slice(0, 8)
    .map(([name, count]) => `${bare(name)} ${count}`)
    .join(", ");
}

/** AWS's words of the usual form stand as they are; any other is a quotation. */
function bare(word: string): string {
  return /^[A-Za-z_]{1,40}$/.test(word) ? word : quoteText(word, 40);
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
