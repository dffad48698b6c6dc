import { CallError, type CallErrorCode } from "../../src/aws/call-error.ts";
import type { JobStatus } from "../../src/aws/runtime-client.ts";
import type { GetObjectOptions, ObjectAddress, ResultStore } from "../../src/aws/s3-client.ts";
import { onlyCaller } from "../../src/caller.ts";
import type { JobWatcher } from "../../src/jobs/watcher/watcher.ts";
import { silentLog, systemClock } from "../../src/ports.ts";
import { callTool } from "../../src/protocol/call-tool.ts";
import { readDataAutomationResults } from "../../src/tools/read-data-automation-results.ts";
import type { ResultsSource } from "../../src/tools/results-files.ts";
import type { ToolAnswer, ToolProgress } from "../../src/tools/tool.ts";

export const jobId = "5e6f7a8b-2222-4333-9444-555566667777";
export const invocationArn = `arn:aws:bedrock:eu-west-1:444455556666:data-automation-invocation/${jobId}`;
export const bucket = "example-results-bucket";
export const prefix = `claims//${jobId}/`;
export const metadataUri = `s3://${bucket}/${prefix}job_metadata.json`;

/** What the results of a job may be: a file's JSON, its text, or the failure to get it. */
export type Stored = object | string | CallErrorCode;

/** What stands for an object that S3 does not come round to giving. */
export const neverComes = "never comes";

function abandoned(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(failure("cancelled")), { once: true });
  });
}

/** Objects by their key under the job's prefix. */
export type Objects = Readonly<Record<string, Stored>>;

export interface World {
  readonly objects: Objects;
  readonly job?: JobStatus;
  readonly source?: Partial<ResultsSource>;
  /** Called when everything has been asked for, and an object that never comes is among it. */
  readonly whenStuck?: () => void;
}

export interface Asked {
  readonly answer: ToolAnswer;
  /** Keys that were fetched. */
  readonly fetched: readonly string[];
  readonly progress: readonly ToolProgress[];
  readonly options: readonly GetObjectOptions[];
}

const failureCodes: readonly string[] = [
  "not_found",
  "access_denied",
  "too_large",
  "throttled",
  "kms_denied",
];

export async function ask(world: World, input: Readonly<Record<string, unknown>> = {}): Promise<Asked> {
  const fetched: string[] = [];
  const progress: ToolProgress[] = [];
  const options: GetObjectOptions[] = [];
  const store: ResultStore = {
    async getObject(address: ObjectAddress, given) {
      fetched.push(`s3://${address.bucket}/${address.key}`);
      options.push(given);
      if (given.signal?.aborted) throw failure("cancelled");
      const stored = address.key.startsWith(prefix)
        ? world.objects[address.key.slice(prefix.length)]
        : undefined;
      if (stored === undefined) throw failure("not_found");
      if (stored === neverComes) {
        setTimeout(() => world.whenStuck?.(), 0);
        return abandoned(given.signal);
      }
      if (typeof stored === "string" && failureCodes.includes(stored)) throw failure(stored as CallErrorCode);
      return new TextEncoder().encode(typeof stored === "string" ? stored : JSON.stringify(stored));
    },
  };
  const tool = readDataAutomationResults({
    watcher: { read: async () => readingOf(world.job) },
    results: { store, maxBytes: 32 * 1024 * 1024, allowedBuckets: [], ...world.source },
    now: () => Date.parse("2027-05-03T08:00:00.000Z"),
    related: { resultsTool: "read_data_automation_results" },
  });
  const context = {
    signal: new AbortController().signal,
    caller: onlyCaller,
    reportProgress: (one: ToolProgress) => void progress.push(one),
  };
  const answer = await callTool(tool, { invocationArn, ...input }, context, {
    clock: systemClock,
    log: silentLog,
  });
  if (!answer.isError) tool.outputSchema.parse(answer.structuredContent);
  return { answer, fetched, progress, options };
}

function readingOf(job: JobStatus | undefined): Awaited<ReturnType<JobWatcher["read"]>> {
  return {
    job: job ?? { status: "Success", outputConfiguration: { s3Uri: metadataUri } },
    observedAt: 0,
    shared: false,
  };
}

function failure(code: CallErrorCode): CallError {
  return new CallError(code, "made up", { operation: "GetObject", awsErrorName: code });
}

/** A good answer's structured content and text. */
export function good({ answer }: Asked): { readonly text: string; readonly facts: Facts } {
  if (answer.isError) throw new Error(answer.text);
  return { text: answer.text, facts: answer.structuredContent as unknown as Facts };
}

export function bad({ answer }: Asked): { readonly text: string; readonly failure: Facts } {
  if (!answer.isError) throw new Error(answer.text);
  return { text: answer.text, failure: answer.failure as unknown as Facts };
}

// The tests look into answers of every make; what is not there fails them by itself.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Facts = any;

export interface SegmentSpec {
  readonly status?: string;
  readonly standard?: Stored;
  readonly custom?: Stored;
}

/** A job of these segments: its metadata, and their files where AWS would put them. */
export function jobOf(segments: readonly SegmentSpec[], modality = "DOCUMENT"): Objects {
  const at = (file: string, index: number) => `0/${file}/${index}/result.json`;
  const objects: Record<string, Stored> = {
    "job_metadata.json": {
      job_id: jobId,
      job_status: "PROCESSED",
      semantic_modality: modality,
      output_metadata: [
        {
          asset_id: 0,
          asset_input_path: { s3_bucket: "example-uploads", s3_key: "claims/batch-7.pdf" },
          segment_metadata: segments.map(({ status, standard, custom }, index) => ({
            ...(standard === undefined
              ? {}
              : { standard_output_path: `s3://${bucket}/${prefix}${at("standard_output", index)}` }),
            ...(custom === undefined
              ? {}
              : { custom_output_path: `s3://${bucket}/${prefix}${at("custom_output", index)}` }),
            ...(status === undefined ? {} : { custom_output_status: status }),
          })),
        },
      ],
    },
  };
  for (const [index, { standard, custom }] of segments.entries()) {
    if (standard !== undefined) objects[at("standard_output", index)] = standard;
    if (custom !== undefined) objects[at("custom_output", index)] = custom;
  }
  return objects;
}

/** A standard output of one page. */
export function page(index: number, markdown = `Page ${index + 1}.`): object {
  return {
    metadata: { semantic_modality: "DOCUMENT", start_page_index: index, end_page_index: index },
    document: { statistics: { element_count: 1 } },
    pages: [{ page_index: index, representation: { markdown } }],
  };
}

/** A custom output with these fields, all as sure as said. */
export function fields(
  values: Readonly<Record<string, string | number>>,
  options: { readonly confidence?: number; readonly blueprint?: string; readonly match?: number } = {},
): object {
  const { confidence = 0.95, blueprint = "claim form", match = 0.97 } = options;
  return {
    matched_blueprint: {
      arn: `arn:aws:bedrock:eu-west-1:444455556666:blueprint/${blueprint.replaceAll(" ", "-")}`,
      name: blueprint,
      confidence: match,
    },
    document_class: { type: "Claim" },
    inference_result: values,
    explainability_info: [
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, { success: true, confidence, value }]),
      ),
    ],
  };
}
