import { z } from "zod";
import type { InvocationArn } from "../aws/arn.ts";
import type { JobStatus } from "../aws/runtime-client.ts";
import { explainStatus, type RelatedTools } from "../jobs/explain-status.ts";
import { readJobMetadata } from "../jobs/results/job-metadata.ts";
import { planResults, uriText } from "../jobs/results/plan.ts";
import { type JobOutput, readJobOutput } from "../jobs/results/s3-location.ts";
import { statusText } from "../jobs/status-text.ts";
import type { JobWatcher } from "../jobs/watcher/watcher.ts";
import { answerFailure } from "./failure-answer.ts";
import { icons } from "./icons.ts";
import { invocationArnText } from "./invocation-arn-input.ts";
import { answerMs, ObjectFailure, ResultsFiles, type ResultsSource } from "./results-files.ts";
import { resultsOutput } from "./results-output.ts";
import { metadataRefusal, pathRefusal, type Refusal, segmentRefusal } from "./results-refusals.ts";
import { fieldsAnswer, overviewAnswer, segmentAnswer, textAnswer } from "./results-views.ts";
import { readScope } from "./scopes.ts";
import { statusAnswer } from "./status-output.ts";
import { readOnlyAnnotations, type Tool, type ToolAnswer, type ToolContext } from "./tool.ts";

const views = ["overview", "text", "fields"] as const;

const inputSchema = z.object({
  invocationArn: invocationArnText.describe("The job's ARN"),
  segment: whole(0, 100_000).optional().describe("One segment, from 0"),
  view: z
    .enum(views, { error: `must be one of ${views.join(", ")}.` })
    .default("overview")
    .describe("text: markdown or transcript. fields: extracted values with their confidence"),
  offset: whole(0, 1e9).default(0).describe("nextOffset of the page before"),
  maxCharacters: whole(1, 50_000).default(8000).describe("Of one page, up to 50000"),
  confidenceBelow: z
    .number({ error: "must be a number from 0 to 1." })
    .min(0, "must be a number from 0 to 1.")
    .max(1, "must be a number from 0 to 1.")
    .default(0.6)
    .describe("0 to 1: fields below it count as doubtful"),
});

function whole(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}.`;
  return z.number({ error }).int(error).min(least, error).max(most, error);
}

type Input = z.output<typeof inputSchema>;

export interface ResultsToolParts {
  readonly watcher: Pick<JobWatcher, "read">;
  readonly results: ResultsSource;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly related?: RelatedTools;
  /** Describe every segment and give fields as lines: a screen costs nothing, as a model's attention does. */
  readonly forTerminal?: boolean;
}

export const resultsToolName = "read_data_automation_results";

export function readDataAutomationResults(
  parts: ResultsToolParts,
): Tool<typeof inputSchema, typeof resultsOutput> {
  return {
    name: resultsToolName,
    title: "Read data automation results",
    description:
      "What a finished Amazon Bedrock Data Automation job produced, and whether it is any good: every segment, its blueprint match, doubtful and empty fields; then text or fields page by page.",
    icon: icons.results,
    inputSchema,
    outputSchema: resultsOutput,
    annotations: readOnlyAnnotations,
    scope: readScope,
    jobs: ({ invocationArn }) => [invocationArn],
    async call(input, context) {
      const { invocationArn: arn } = input;
      const { caller, notes, signal } = context;
      const timeUp = new AbortController();
      // A person has a progress line and Ctrl-C.
      const after = parts.forTerminal ? undefined : parts.results.after;
      const callOff = after?.(answerMs, () => timeUp.abort());
      try {
        const timeoutMs = after === undefined ? undefined : answerMs;
        const { job } = await parts.watcher.read(arn, { caller, notes, signal, timeoutMs });
        const s3Uri = job.status === "Success" ? job.outputConfiguration?.s3Uri : undefined;
        if (s3Uri === undefined) return statusOnly(parts, arn, job);
        const output = readJobOutput(s3Uri, parts.results.allowedBuckets);
        if (!output.ok) return refused(arn, pathRefusal(output.problem, s3Uri));
        const files = new ResultsFiles(parts.results, arn, context, timeUp.signal);
        return await answer(files, output.output, input, context, parts.forTerminal ?? false);
      } catch (thrown) {
        return thrown instanceof ObjectFailure
          ? answerFailure(thrown.failure, arn, thrown.address)
          : answerFailure(thrown, arn);
      } finally {
        callOff?.();
      }
    },
  };
}

/** Not finished, failed, or without a place: what the status means is the answer. */
function statusOnly({ now, related }: ResultsToolParts, arn: InvocationArn, job: JobStatus): ToolAnswer {
  // This tool is the one that was asked: to point at it would send a model round in a circle.
  const { resultsTool: _, ...others } = related ?? {};
  const explanation = explainStatus(job, arn, now(), others);
  return {
    isError: false,
    text: `There are no results to read. ${statusText(arn, job, explanation)}`,
    structuredContent: statusAnswer(arn, job, explanation),
  };
}

/** No segment of that number, the metadata or AWS's path of no use: nothing was read, and S3 is not to blame. */
function refused(arn: InvocationArn, { code, meaning, remedy, whoMustAct }: Refusal): ToolAnswer {
  return {
    isError: true,
    text: `Job ${arn.jobId}: ${meaning} ${remedy} The job itself is not affected; do not start it again because of this.`,
    failure: {
      code,
      invocationArn: arn.text,
      name: code,
      meaning,
      whoMustAct,
      remedy,
      tryAgain: "after_fix",
    },
  };
}

async function answer(
  files: ResultsFiles,
  output: JobOutput,
  input: Input,
  context: ToolContext,
  forTerminal: boolean,
): Promise<ToolAnswer> {
  const { invocationArn: arn, segment, view } = input;
  const reading = await files.metadata(output);
  if (!reading.ok) return refused(arn, metadataRefusal(reading.problem, output));
  const metadata = readJobMetadata(reading.object);
  const plans = planResults(metadata, output);
  const wanted = plans[segment ?? 0];
  if (wanted === undefined && (segment !== undefined || view !== "overview")) {
    return refused(arn, segmentRefusal(segment ?? 0, plans.length));
  }
  const job = { arn, metadata, plans, forTerminal, base: baseOf(arn, output, plans.length, view) };
  if (wanted === undefined || (view === "overview" && segment === undefined)) {
    return overviewAnswer(files, job, input, context);
  }
  switch (view) {
    case "overview":
      return segmentAnswer(files, job, wanted, input);
    case "text":
      return textAnswer(files, job, wanted, input);
    case "fields":
      return fieldsAnswer(files, job, wanted, input);
  }
}

function baseOf(
  arn: InvocationArn,
  { bucket, metadataKey }: JobOutput,
  segmentCount: number,
  view: Input["view"],
): Record<string, unknown> {
  return {
    invocationArn: arn.text,
    view,
    jobMetadataPath: uriText({ bucket, key: metadataKey }),
    segmentCount,
  };
}
