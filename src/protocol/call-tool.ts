import { setMaxListeners } from "node:events";
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
  const input = tool.inputSchema.safeParse(withoutNulls(givenArguments ?? {}));
  if (!input.success) {
    const problems = input.error.issues.map((issue) =>
      issue.path.length === 0 ? issue.message : `${issue.path.join(".")} ${issue.message}`,
    );
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

/**
 * The same without arguments that are null. Models under OpenAI's strict schemas have to name every argument, and say
 * null for one that they leave out.
 */
function withoutNulls(given: unknown): unknown {
  if (typeof given !== "object" || given === null || !Object.values(given).includes(null)) return given;
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}
