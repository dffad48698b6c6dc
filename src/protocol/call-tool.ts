import { setMaxListeners } from "node:events";
import type { Clock, Log } from "../ports.ts";
import type { Tool, ToolAnswer, ToolContext } from "../tools/tool.ts";
import { faultOf } from "./fault.ts";

/**
 * Checks the arguments at the door, calls the tool, and logs how it went. Never rejects: a bug becomes an answer
 * too, without its words, which could hold anything.
 */
export async function callTool(
  tool: Tool,
  givenArguments: unknown,
  context: ToolContext,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<ToolAnswer> {
  const startedAt = clock.monotonic();
  const answer = await answerOf(tool, givenArguments, context, log);
  log.info("tool call", {
    tool: tool.name,
    outcome: answer.isError ? String(answer.failure.code) : "ok",
    milliseconds: Math.round(clock.monotonic() - startedAt),
    requestId:
      answer.isError && typeof answer.failure.requestId === "string" ? answer.failure.requestId : undefined,
  });
  return answer;
}

async function answerOf(
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
    return {
      isError: true,
      text: `${tool.name} was not called: ${problems.join(" ")}`,
      failure: { code: "invalid_input", problems },
    };
  }
  // A call may be about fifty jobs, each of which listens. Node takes more than ten listeners for a leak, and says so.
  setMaxListeners(0, context.signal);
  try {
    return await tool.call(input.data, context);
  } catch (thrown) {
    log.error("tool failed by a fault of this server", {
      tool: tool.name,
      fault: faultOf(thrown),
    });
    return {
      isError: true,
      text: `${tool.name} failed by a fault of this server, not of the job. Nothing is known of the job; do not start it again because of this. The server's log has the place.`,
      failure: { code: "internal" },
    };
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
