import type { CustomOutput } from "./custom-output.ts";
import { type FieldSummary, summariseFields } from "./field-summary.ts";
import { type FileProblem, nameOf, type ResultFile } from "./plan.ts";
import { type JsonObject, jsonProblemText, readResultJson } from "./result-json.ts";
import type { StandardOutput } from "./standard-output.ts";

/** What a file turned out to hold. */
export type FileReading<T> =
  | { readonly kind: "read"; readonly content: T }
  | { readonly kind: "problem"; readonly problem: FileProblem }
  /** There is none, or it has not been asked for. */
  | { readonly kind: "none" };

/** What the fetched bytes of a file hold. */
export function readFile<T>(
  file: ResultFile,
  bytes: Uint8Array,
  read: (object: JsonObject) => T,
): FileReading<T> {
  const json = readResultJson(bytes);
  if (json.ok) return { kind: "read", content: read(json.object) };
  const text = `Its ${nameOf(file)} file is ${jsonProblemText[json.problem]}.`;
  return { kind: "problem", problem: { file, kind: json.problem, text } };
}

/** What an overview needs of a custom output; the values themselves need not be kept. */
export interface CustomSummary extends Omit<CustomOutput, "fields"> {
  readonly fields: FieldSummary;
}

/** The same without the values. `confidenceBelow` is from 0 to 1. */
export function summariseCustom(custom: CustomOutput, confidenceBelow: number): CustomSummary {
  return { ...custom, fields: summariseFields(custom.fields, confidenceBelow) };
}

/** What an overview needs of a standard output; the text itself need not be kept. */
export interface StandardSummary extends Omit<StandardOutput, "text"> {
  readonly hasContent: boolean;
  /** There is text to be paged; a summary or a count is content, and none. */
  readonly hasText: boolean;
}

/** The same without the text. */
export function summariseStandard({ text, ...standard }: StandardOutput): StandardSummary {
  const { summary, statistics } = standard;
  const hasText = text() !== "";
  const hasContent =
    hasText || (summary?.trim() ?? "") !== "" || Object.values(statistics).some((count) => count > 0);
  return { ...standard, hasContent, hasText };
}
