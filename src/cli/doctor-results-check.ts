import type { InvocationArn } from "../aws/arn.ts";
import type { JobStatus } from "../aws/runtime-client.ts";
import type { ObjectAddress } from "../aws/s3-client.ts";
import { readJobMetadata } from "../jobs/results/job-metadata.ts";
import { readResultJson } from "../jobs/results/result-json.ts";
import { readJobOutput } from "../jobs/results/s3-location.ts";
import type { ResultsSource } from "../tools/results-files.ts";
import { metadataRefusal, pathRefusal, type Refusal } from "../tools/results-refusals.ts";
import { type Check, failed, type Tried } from "./doctor-checks.ts";

const name = "results";

export interface ResultsCheckParts {
  readonly arn: InvocationArn | undefined;
  /** What the status call came to, where one was made. */
  readonly status: Tried<JobStatus> | undefined;
  readonly source: Pick<ResultsSource, "maxBytes" | "allowedBuckets">;
  readonly wanted: boolean;
  readonly fetch: (address: ObjectAddress) => Promise<Tried<Uint8Array>>;
}

/** Whether the job's results can be read: its `job_metadata.json`, and nothing that would cost more. */
export async function checkResults(parts: ResultsCheckParts): Promise<Check> {
  const { arn, status, source, wanted } = parts;
  if (!wanted) return skipped("Not tried: --results is off.");
  const s3Uri =
    status?.ok && status.value.status === "Success" ? status.value.outputConfiguration?.s3Uri : undefined;
  if (arn === undefined || s3Uri === undefined) {
    return skipped("Not tried: give the ARN of a job that succeeded to try S3 too.");
  }
  const output = readJobOutput(s3Uri, source.allowedBuckets);
  if (!output.ok) return bad(pathRefusal(output.problem, s3Uri));
  const address = { bucket: output.output.bucket, key: output.output.metadataKey };
  const tried = await parts.fetch(address);
  if (!tried.ok) return failed(name, tried.error, arn, address);
  const json = readResultJson(tried.value);
  if (!json.ok) return bad(metadataRefusal(json.problem, output.output));
  const { length } = readJobMetadata(json.object).segments;
  const { milliseconds } = tried;
  return {
    name,
    state: "good",
    text: `job_metadata.json lists ${length} segment${length === 1 ? "" : "s"}, read in ${milliseconds} ms`,
    facts: { segments: length, milliseconds },
  };
}

function bad({ meaning, remedy }: Refusal): Check {
  return { name, state: "bad", text: meaning, mend: remedy };
}

function skipped(text: string): Check {
  return { name, state: "skipped", text };
}
