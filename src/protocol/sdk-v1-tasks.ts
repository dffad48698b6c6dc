import {
  CancelTaskRequestSchema,
  type CreateTaskResult,
  GetTaskPayloadRequestSchema,
  GetTaskRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../caller.ts";
import type { WaitTaskAnswer } from "../tools/wait-task.ts";
import type { WaitTasks } from "../tools/wait-tasks.ts";
import { errorCodes, ProtocolError } from "./protocol-error.ts";
import { answerTo } from "./sdk-v1-server.ts";
import { toResult } from "./tool-answers.ts";

/** What a server says of itself that offers tasks. They are not listed: only their ids know of them. */
export const taskCapability = { cancel: {}, requests: { tools: { call: {} } } };

/** MCP's keys in `_meta`: the task that a result belongs to, and what a model may be told at once. */
const relatedTask = "io.modelcontextprotocol/related-task";
const immediateResponse = "io.modelcontextprotocol/model-immediate-response";

export function taskAnswers(tasks: WaitTasks) {
  return [
    answerTo(GetTaskRequestSchema, async ({ params: { taskId } }, { signal }, { caller }) => ({
      ...taken(await tasks.get(taskId, { caller, signal })),
    })),
    answerTo(GetTaskPayloadRequestSchema, async ({ params: { taskId } }, { signal }, { caller }) => {
      const result = toResult(taken(await tasks.result(taskId, { caller, signal })));
      return { ...result, _meta: { ...result._meta, [relatedTask]: { taskId } } };
    }),
    answerTo(CancelTaskRequestSchema, async ({ params: { taskId } }, { signal }, { caller }) => ({
      ...taken(await tasks.cancel(taskId, { caller, signal })),
    })),
  ];
}

/** Answers a call that is to go on as a task. */
export async function startTask(
  tasks: WaitTasks,
  given: Readonly<Record<string, unknown>>,
  ttl: number | undefined,
  caller: Caller,
): Promise<CreateTaskResult> {
  const task = taken(await tasks.create(given, ttl, caller));
  return {
    task: { ...task },
    _meta: {
      [relatedTask]: { taskId: task.taskId },
      [immediateResponse]: "Waiting for the job in the background. Do not start the job again.",
    },
  };
}

function taken<T>(answer: WaitTaskAnswer<T>): T {
  if (answer.ok) return answer.value;
  throw new ProtocolError(
    answer.serverStops ? errorCodes.internal : errorCodes.invalidParams,
    answer.message,
  );
}
