import type { ObjectAddress } from "../../aws/s3-client.ts";
import { cleanText, quoteText } from "../quote.ts";
import type { JobMetadata, SegmentEntry } from "./job-metadata.ts";
import { type JobOutput, locate, type PathProblem, pathProblemText } from "./s3-location.ts";

/** The two kinds of file that a segment may have. */
export type ResultFile = "standard_output" | "custom_output";

/** Why a file of a segment tells nothing. */
export interface FileProblem {
  readonly file: ResultFile;
  readonly kind:
    | PathProblem
    | "path_missing"
    | "path_not_text"
    | "empty"
    | "not_json"
    | "not_an_object"
    /** S3 did not give it. */
    | "not_fetched";
  /** One sentence for a person. */
  readonly text: string;
  /** The call error's code, where the kind is `not_fetched`; `path_refused` where the path is not one to follow. */
  readonly code?: string;
  /** What would help, where that is known. */
  readonly remedy?: string;
}

export const pathRefusedCode = "path_refused";

/** A file of a segment: to be fetched, not to be fetched, or not there to be fetched. */
export type FilePlan =
  | { readonly kind: "fetch"; readonly file: ResultFile; readonly address: ObjectAddress }
  | { readonly kind: "problem"; readonly problem: FileProblem }
  | { readonly kind: "none" };

/** What is to be done about each file of one segment. */
export interface SegmentPlan {
  readonly entry: SegmentEntry;
  readonly standard: FilePlan;
  readonly custom: FilePlan;
}

/** What is to be fetched for each segment: the metadata's own paths, each checked, never one that is made up. */
export function planResults(metadata: JobMetadata, output: JobOutput): readonly SegmentPlan[] {
  return metadata.segments.map((entry) => {
    const custom = planFile("custom_output", entry.customOutputPath, output);
    const standard = planFile("standard_output", entry.standardOutputPath, output);
    const wantsCustom = entry.matchStatus === "MATCH" || entry.matchStatus === "FALLBACK";
    // A project may leave either out. Both missing, or the custom one of a match, is a loss.
    const wantsStandard = custom.kind === "none" && !wantsCustom;
    return {
      entry,
      standard: standard.kind === "none" && wantsStandard ? missing("standard_output") : standard,
      custom: custom.kind === "none" && wantsCustom ? missing("custom_output") : custom,
    };
  });
}

function planFile(file: ResultFile, path: unknown, output: JobOutput): FilePlan {
  if (path === undefined || path === null || path === "") return { kind: "none" };
  if (typeof path !== "string") {
    return refused(file, "path_not_text", `its path, ${quotedPath(JSON.stringify(path))}, is not a text`);
  }
  const location = locate(path, output);
  if (location.ok) return { kind: "fetch", file, address: location.address };
  return refused(file, location.problem, `the path ${quotedPath(path)} ${pathProblemText[location.problem]}`);
}

/** AWS has not been seen to write such a path. */
function refused(file: ResultFile, kind: FileProblem["kind"], why: string): FilePlan {
  return problem({
    file,
    kind,
    code: pathRefusedCode,
    text: `Its ${nameOf(file)} was not read: ${why}.`,
    remedy: "Somebody else may have written job_metadata.json: look who.",
  });
}

function missing(file: ResultFile): FilePlan {
  return problem({
    file,
    kind: "path_missing",
    text: `job_metadata.json gives no path to its ${nameOf(file)}.`,
  });
}

function problem(what: FileProblem): FilePlan {
  return { kind: "problem", problem: what };
}

/** A kind of file as people call it. */
export function nameOf(file: ResultFile): string {
  return file === "standard_output" ? "standard output" : "custom output";
}

/** A path as somebody wrote it, from outside: long enough to find it by. */
export function quotedPath(path: string): string {
  return quoteText(path, 200);
}

/** An address as people write it; cleaned, so that it may differ from a key with invisible characters in it. */
export function uriText({ bucket, key }: ObjectAddress): string {
  return cleanText(`s3://${bucket}/${key}`, 1200);
}
