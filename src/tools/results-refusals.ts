import { quotedPath, uriText } from "../jobs/results/plan.ts";
import { type JsonProblem, jsonProblemText } from "../jobs/results/result-json.ts";
import { type JobOutput, type PathProblem, pathProblemText } from "../jobs/results/s3-location.ts";

/** Why nothing was read, where no call failed. */
export interface Refusal {
  readonly code: "path_refused" | "metadata_unreadable" | "no_such_segment";
  /** A sentence. */
  readonly meaning: string;
  readonly remedy: string;
  readonly whoMustAct: "caller" | "server_operator";
}

/** The place that AWS names for the job's output is not one to read from. */
export function pathRefusal(problem: PathProblem, s3Uri: string): Refusal {
  const notAllowed = problem === "bucket_not_allowed";
  return {
    code: "path_refused",
    meaning: `AWS's s3Uri ${quotedPath(s3Uri)} ${pathProblemText[problem]}, so nothing was read.`,
    remedy: notAllowed
      ? "Add the bucket to --allowed-bucket, if it may be read."
      : "Read the results from where the job was told to write them.",
    whoMustAct: notAllowed ? "server_operator" : "caller",
  };
}

/** The job's metadata holds no JSON object. */
export function metadataRefusal(problem: JsonProblem, { bucket, metadataKey }: JobOutput): Refusal {
  const file = quotedPath(uriText({ bucket, key: metadataKey }));
  return {
    code: "metadata_unreadable",
    meaning: `The file ${file} is ${jsonProblemText[problem]}, so where the results are is not known.`,
    remedy: "Somebody else may have written job_metadata.json: look who.",
    whoMustAct: "caller",
  };
}

/** There are `count` segments, from 0 on, and this is none of them. */
export function segmentRefusal(segment: number, count: number): Refusal {
  return {
    code: "no_such_segment",
    meaning: `There is no segment ${segment}.`,
    remedy:
      count === 0
        ? "The job has none."
        : count === 1
          ? "The job has one, 0."
          : `Its segments are 0 to ${count - 1}.`,
    whoMustAct: "caller",
  };
}
