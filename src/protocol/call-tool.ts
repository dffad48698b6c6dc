import { setMaxListeners } from "node:events";
import type { z } from "zod";
import { quoteText } from "../jobs/quote.ts";
import type { CallOrigin } from "../observer.ts";
import type { Log } from "../ports.ts";
import type { Tool, ToolAnswer, ToolContext } from "../tools/tool.ts";
import { faultOf } from "./fault.ts";
import { type ObservedParts, observed } from "./observed.ts";

export interface CallContext extends Omit<ToolContext, "notes"> {
  /** For those who observe. Absent: nothing is known of it. */
  readonly origin?: CallOrigin;
}

/** Calls the tool, observed: one span, one count and one line of the log. Never rejects. */
export function callTool(
  tool: Tool,
  givenArguments: unknown,
  { origin, ...context }: CallContext,
  parts: ObservedParts,
): Promise<ToolAnswer> {
  const start = { ...origin, method: "tools/call", tool: tool.name };
  return observed(start, context.caller, parts, (notes) =>
    answerOf(tool, givenArguments, { ...context, notes }, parts.log),
  );
}

/**
 * Checks the arguments at the door and calls the tool. Never rejects: a bug becomes an answer too, without its words,
 * which could hold anything.
 */
export async function answerOf(
  tool: Tool,
  givenArguments: unknown,
  context: ToolContext,
  log: Log,
): Promise<ToolAnswer> {
  const answer = await checkedAnswer(tool, givenArguments, context, log);
  const { notes } = context;
  if (answer.isError && notes !== undefined) {
    const { code, requestId } = answer.failure;
    notes.failure = String(code);
    if (typeof requestId === "string") notes.requestId = requestId;
  }
  return answer;
}

async function checkedAnswer(
  tool: Tool,
  givenArguments: unknown,
  context: ToolContext,
  log: Log,
): Promise<ToolAnswer> {
  const given = withoutNulls(givenArguments ?? {});
  const input = tool.inputSchema.safeParse(given);
  if (!input.success) {
    const problems = [
      ...input.error.issues.map((issue) => problemText(issue, given)),
      ...unknownArguments(tool, given),
    ];
    const text = `${tool.name} was not called: ${problems.join(" ")}`;
    return { isError: true, text, failure: { code: "invalid_input", problems } };
  }
  // A call may be about fifty jobs, each of which listens. Node takes more than ten listeners for a leak, and says so.
  setMaxListeners(0, context.signal);
  if (context.notes !== undefined) context.notes.jobs = tool.jobs?.(input.data);
  try {
    return await tool.call(input.data, context);
  } catch (thrown) {
    log.error("tool failed by a fault of this server", {
      tool: tool.name,
      fault: faultOf(thrown),
    });
    const text = `${tool.name} failed by a fault of this server, not of the job. Nothing is known of the job; do not start it again because of this. The server's log has the place.`;
    return { isError: true, text, failure: { code: "internal" } };
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
