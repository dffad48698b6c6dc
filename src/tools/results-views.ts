import type { InvocationArn } from "../aws/arn.ts";
import { fieldLines, fieldTree } from "../jobs/results/field-views.ts";
import type { JobMetadata } from "../jobs/results/job-metadata.ts";
import { overviewOf } from "../jobs/results/overview.ts";
import { overviewText, segmentText } from "../jobs/results/overview-text.ts";
import type { SegmentPlan } from "../jobs/results/plan.ts";
import { segmentFacts } from "../jobs/results/segment-facts.ts";
import { missingViewText, pageableText, segmentPage, segmentPageText } from "../jobs/results/segment-page.ts";
import type { ResultsFiles } from "./results-files.ts";
import type { ToolAnswer, ToolContext } from "./tool.ts";

/** Segments whose files an overview reads: beyond that it would outlast a client's patience. */
const maxSegmentsRead = 200;

/** Segments that an overview describes to a model; it counts all. */
const maxSegmentsDescribed = 10;

/** A job's results, before any result file has been read. */
export interface JobResults {
  readonly arn: InvocationArn;
  readonly metadata: JobMetadata;
  readonly plans: readonly SegmentPlan[];
  readonly forTerminal: boolean;
  /** What every answer for programs begins with. */
  readonly base: Readonly<Record<string, unknown>>;
}

/** What of the results is to be shown. */
export interface ViewInput {
  /** In code points. */
  readonly offset: number;
  readonly maxCharacters: number;
  /** From 0 to 1. */
  readonly confidenceBelow: number;
}

/** All segments: counted, judged, the worst described. */
export async function overviewAnswer(
  files: ResultsFiles,
  { arn, metadata, plans, forTerminal, base }: JobResults,
  { confidenceBelow }: Pick<ViewInput, "confidenceBelow">,
  { reportProgress }: ToolContext,
): Promise<ToolAnswer> {
  const [mostRead, mostDescribed] = forTerminal
    ? [plans.length, plans.length]
    : [maxSegmentsRead, maxSegmentsDescribed];
  const read = plans.slice(0, mostRead);
  const total = read
    .flatMap(({ standard, custom }) => [standard, custom])
    .filter(({ kind }) => kind === "fetch").length;
  let done = 0;
  const facts = await files.facts(read, { ...metadata, confidenceBelow }, () => {
    done += 1;
    if (done % 20 === 0 && done < total) {
      reportProgress({ progress: done, total, message: `Read ${done} of ${total} result files.` });
    }
  });
  const unread = plans.slice(mostRead).map((plan) => segmentFacts(plan, undefined, metadata));
  const { unreadableAssets } = metadata;
  const { segments, ...found } = overviewOf([...facts, ...unread], {
    confidenceBelow,
    unreadableAssets,
    forTerminal,
  });
  return {
    isError: false,
    text: overviewText(arn.jobId, { segments, ...found }),
    structuredContent: {
      ...base,
      ...found,
      segments: segments.slice(0, mostDescribed),
      ...(segments.length > mostDescribed ? { segmentsNotDescribed: segments.length - mostDescribed } : {}),
    },
  };
}

/** One segment, described. The verdict needs all of them and is not given. */
export async function segmentAnswer(
  files: ResultsFiles,
  { arn, metadata, plans, base }: JobResults,
  plan: SegmentPlan,
  { confidenceBelow }: Pick<ViewInput, "confidenceBelow">,
): Promise<ToolAnswer> {
  const segments = await files.facts([plan], { ...metadata, confidenceBelow }, () => {});
  return {
    isError: false,
    text: segments.map((facts) => segmentText(arn.jobId, plans.length, facts)).join("\n"),
    structuredContent: { ...base, segments },
  };
}

/** A page of what a segment says: Markdown or transcript. */
export async function textAnswer(
  files: ResultsFiles,
  { arn, plans, base }: JobResults,
  { entry, standard }: SegmentPlan,
  window: ViewInput,
): Promise<ToolAnswer> {
  const reading = await files.standard(standard);
  const text = reading.kind === "read" ? pageableText(reading.content.text()) : "";
  const page = segmentPage(entry, plans.length, text, window);
  const problem = reading.kind === "problem" ? reading.problem : undefined;
  return {
    isError: false,
    text:
      reading.kind === "read"
        ? segmentPageText(arn.jobId, "text", page)
        : missingViewText(arn.jobId, "text", page, entry, problem),
    structuredContent: { ...base, ...page, ...(problem === undefined ? {} : { problems: [problem] }) },
  };
}

/** A page of a segment's fields. Whole, they come as AWS nests them; in pages, as lines. */
export async function fieldsAnswer(
  files: ResultsFiles,
  { arn, plans, forTerminal, base }: JobResults,
  { entry, custom }: SegmentPlan,
  window: ViewInput,
): Promise<ToolAnswer> {
  const reading = await files.custom(custom);
  const root = reading.kind === "read" ? reading.content.fields : undefined;
  const text = root === undefined ? "" : fieldLines(root, window.confidenceBelow);
  const page = segmentPage(entry, plans.length, text, window);
  const whole = page.offset === 0 && page.nextOffset === undefined;
  const problem = reading.kind === "problem" ? reading.problem : undefined;
  const { text: _, ...position } = page;
  return {
    isError: false,
    text:
      root !== undefined
        ? segmentPageText(arn.jobId, "fields", page)
        : missingViewText(arn.jobId, "fields", page, entry, problem),
    structuredContent: {
      ...base,
      ...(root !== undefined && whole
        ? { ...(forTerminal ? page : position), fields: fieldTree(root, window.confidenceBelow) }
        : page),
      ...(problem === undefined ? {} : { problems: [problem] }),
    },
  };
}
