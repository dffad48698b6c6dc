import { setMaxListeners } from "node:events";
import type { z } from "zod";
import type { InvocationArn } from "../aws/arn.ts";
import { quoteText } from "../jobs/quote.ts";
import type { CallNotes, CallOrigin, Observer } from "../observer.ts";
import type { Clock, Log } from "../ports.ts";
import type { Tool, ToolAnswer, ToolContext } from "../tools/tool.ts";
import { faultOf } from "./fault.ts";

export interface CallToolParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every call. Absent where nobody looks. */
  readonly observer?: Observer | undefined;
}

export interface CallContext extends Omit<ToolContext, "notes"> {
  /** For those who observe. Absent: nothing is known of it. */
  readonly origin?: CallOrigin;
}

/**
 * Checks the arguments at the door, calls the tool, and logs how it went: one line a call. Never rejects: a bug
 * becomes an answer too, without its words, which could hold anything.
 */
export async function callTool(
  tool: Tool,
  givenArguments: unknown,
  { origin, ...context }: CallContext,
  { clock, log, observer }: CallToolParts,
): Promise<ToolAnswer> {
  const startedAt = clock.monotonic();
  const notes: CallNotes = { observer: observer?.toolCall({ tool: tool.name, ...origin }) };
  const { answer, jobs } = await answerOf(tool, givenArguments, { ...context, notes }, log);
  const milliseconds = clock.monotonic() - startedAt;
  const outcome = answer.isError ? String(answer.failure.code) : "ok";
  const failedId = answer.isError ? answer.failure.requestId : undefined;
  const account = common(jobs.map(({ accountId }) => accountId));
  const region = common(jobs.map((arn) => arn.region));
  notes.observer?.end({ outcome, milliseconds, account, region });
  log.info("tool call", {
    caller: context.caller.name || undefined,
    tool: tool.name,
    account,
    region,
    jobs: jobs.length > 1 ? jobs.length : undefined,
    outcome,
    milliseconds: Math.round(milliseconds),
    requestId: typeof failedId === "string" ? failedId : notes.requestId,
    traceId: notes.observer?.traceId,
  });
  return answer;
}

/** What all of them are, or nothing where they differ. */
function common(values: readonly string[]): string | undefined {
  const [first] = values;
  return values.every((value) => value === first) ? first : undefined;
}

interface Answered {
  readonly answer: ToolAnswer;
  /** Those that the call was about. */
  readonly jobs: readonly InvocationArn[];
}

async function answerOf(
  tool: Tool,
  givenArguments: unknown,
  context: ToolContext,
  log: Log,
): Promise<Answered> {
  const given = withoutNulls(givenArguments ?? {});
  const input = tool.inputSchema.safeParse(given);
  if (!input.success) {
    const problems = [
      ...input.error.issues.map((issue) => problemText(issue, given)),
      ...unknownArguments(tool, given),
    ];
    const text = `${tool.name} was not called: ${problems.join(" ")}`;
    return { answer: { isError: true, text, failure: { code: "invalid_input", problems } }, jobs: [] };
  }
  // A call may be about fifty jobs, each of which listens. Node takes more than ten listeners for a leak, and says so.
  setMaxListeners(0, context.signal);
  const jobs = tool.jobs?.(input.data) ?? [];
  try {
    return { answer: await tool.call(input.data, context), jobs };
  } catch (thrown) {
    log.error("tool failed by a fault of this server", {
      tool: tool.name,
      fault: faultOf(thrown),
    });
    const text = `${tool.name} failed by a fault of this server, not of the job. Nothing is known of the job; do not start it again because of this. The server's log has the place.`;
    return { answer: { isError: true, text, failure: { code: "internal" } }, jobs };
  }
}

function problemText({ message, path }: z.core.$ZodIssue, given: unknown): string {
  if (path.length === 0) return message;
  const [name] = path;
  const isMissing =
    path.length === 1 &&
    name !== undefined &&
    typeof given === "object" &&
    given !== null &&
    !(name in given);
  return `${path.join(".")} ${isMissing ? `is missing: it ${message}` : message}`;
}

/** They are passed over where all is well. Where it is not, one of them may be what was meant. */
function unknownArguments({ inputSchema }: Tool, given: unknown): string[] {
  const takes = Object.keys(inputSchema.shape);
  const unknown = Object.keys(typeof given === "object" && given !== null ? given : {})
    .filter((name) => !takes.includes(name) && name !== "_meta")
    .slice(0, mostUnknown)
    .map((name) => quoteText(name, 60));
  if (unknown.length === 0) return [];
  const are = unknown.length === 1 ? "is no argument" : "are no arguments";
  return [`${unknown.join(", ")} ${are} of this tool. It takes ${takes.join(", ")}.`];
}

const mostUnknown = 5;

/**
 * The same without arguments that are null. Models under OpenAI's strict schemas have to name every argument, and say
 * null for one that they leave out.
 */
function withoutNulls(given: unknown): unknown {
  if (typeof given !== "object" || given === null || !Object.values(given).includes(null)) return given;
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}
