import { type InvocationArn, readInvocationArn } from "../aws/arn.ts";
import { CallError } from "../aws/call-error.ts";
import { partitionOfRegion } from "../aws/partitions.ts";
import type { JobStatus } from "../aws/runtime-client.ts";
import { callFailureText } from "../jobs/call-failure-text.ts";
import { describeArnProblem } from "../jobs/describe-arn-problem.ts";
import { explainCallFailure } from "../jobs/explain-call-failure.ts";
import { explainStatus, type RelatedTools } from "../jobs/explain-status.ts";
import type { JobExplanation } from "../jobs/explanation.ts";
import { quoteText } from "../jobs/quote.ts";
import { statusText } from "../jobs/status-text.ts";
import type { JobWatcher } from "../jobs/watcher/watcher.ts";
import type { ResourceAnswer, ResourceContext, ResourceReading, ResourceTemplate } from "./resource.ts";
import { readScope } from "./scopes.ts";
import { statusAnswer } from "./status-output.ts";

export interface JobResourceParts {
  readonly watcher: Pick<JobWatcher, "read" | "seen" | "subscribe">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly related: RelatedTools;
}

const scheme = "bedrock-data-automation";
const uriTemplate = `${scheme}://{region}/{accountId}/{jobId}`;

/** For how long the facts of a job that has ended may be kept: they never change. */
const endedMs = 24 * 60 * 60 * 1000;

/** How long whoever subscribes waits for AWS at the most. */
const firstLookMs = 3_000;

/** A job as a resource: what `get_data_automation_status` answers, as JSON and as text. */
export function jobResource({ now, related, watcher }: JobResourceParts): ResourceTemplate {
  return {
    uriTemplate,
    name: "data_automation_job",
    title: "Data automation job",
    description: "The explained status of one job. Subscribe to hear of each change of its status.",
    mimeType: "application/json",
    scope: readScope,

    has: (uri) => arnOfUri(uri).ok,

    async read(uri, context) {
      const arn = arnOfUri(uri);
      if (!arn.ok) return arn;
      note(context, arn.value);
      try {
        const { job } = await watcher.read(arn.value, context);
        return { ok: true, value: contentsOf(job, arn.value, explainStatus(job, arn.value, now(), related)) };
      } catch (thrown) {
        return refusal(thrown, arn.value, context);
      }
    },

    async exists(uri, context) {
      const arn = arnOfUri(uri);
      if (!arn.ok) return arn;
      try {
        await watcher.read(arn.value, { ...context, timeoutMs: firstLookMs });
      } catch (thrown) {
        // Of any other failure the watching hears again, and goes on.
        const isUnclear = thrown instanceof CallError && thrown.code !== "not_found";
        if (!isUnclear) return refusal(thrown, arn.value, context);
      }
      return { ok: true, value: true };
    },

    subscribe(uri, context, onUpdated, onOver) {
      const arn = arnOfUri(uri);
      if (!arn.ok) return arn;
      note(context, arn.value);
      try {
        const end = watcher.subscribe(arn.value, { ...context, onChange: () => onUpdated(), onOver });
        return { ok: true, value: end };
      } catch (thrown) {
        return refusal(thrown, arn.value, context);
      }
    },

    complete(variable, typed, caller) {
      const values = watcher.seen(caller).map((arn) => partOf(arn, variable));
      return [...new Set(values)].filter((value) => value?.startsWith(typed)).map(String);
    },
  };
}

function contentsOf(job: JobStatus, arn: InvocationArn, explanation: JobExplanation): ResourceReading {
  return {
    contents: [
      { mimeType: "application/json", text: JSON.stringify(statusAnswer(arn, job, explanation)) },
      { mimeType: "text/plain", text: statusText(arn, job, explanation) },
    ],
    freshForMs: explanation.isTerminal ? endedMs : (explanation.checkAgainInSeconds ?? 0) * 1000,
  };
}

/** A request may listen to several jobs. */
function note({ notes }: ResourceContext, arn: InvocationArn): void {
  if (notes !== undefined) notes.jobs = [...(notes.jobs ?? []), arn];
}

/** @throws whatever was thrown, if it is no CallError: that is a bug, not an answer */
function refusal(thrown: unknown, arn: InvocationArn, { notes }: ResourceContext): ResourceAnswer<never> {
  if (!(thrown instanceof CallError)) throw thrown;
  if (notes !== undefined) notes.failure = thrown.code;
  return {
    ok: false,
    notFound: thrown.code === "not_found",
    message: callFailureText(explainCallFailure(thrown, arn), thrown.facts, arn),
  };
}

function partOf(arn: InvocationArn, variable: string): string | undefined {
  if (variable === "region") return arn.region;
  if (variable === "accountId") return arn.accountId;
  return variable === "jobId" ? arn.jobId : undefined;
}

/** The ARN that a URI stands for. A region belongs to one partition, so the URI need not name it. */
function arnOfUri(uri: string): ResourceAnswer<InvocationArn> {
  const parts = /^bedrock-data-automation:\/\/([^/]*)\/([^/]*)\/([^/]*)$/.exec(uri);
  const wrong = (why: string): ResourceAnswer<InvocationArn> => ({
    ok: false,
    notFound: true,
    message: `${quoteText(uri, 200)} is no resource here: ${why}. A job is ${uriTemplate}.`,
  });
  if (parts === null) return wrong(`a URI of this server has the form ${uriTemplate}`);
  const [, region = "", accountId = "", jobId = ""] = parts;
  const partition = partitionOfRegion(region);
  if (partition === undefined) return wrong(`${quoteText(region, 40)} is not a region of AWS`);
  const text = `arn:${partition.id}:bedrock:${region}:${accountId}:data-automation-invocation/${jobId}`;
  const reading = readInvocationArn(text);
  return reading.ok ? { ok: true, value: reading.arn } : wrong(describeArnProblem(reading.problem, text));
}
