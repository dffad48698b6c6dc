import {
  CancelTaskRequestSchema,
  type CreateTaskResult,
  GetTaskPayloadRequestSchema,
  GetTaskRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { CallNotes } from "../observer.ts";
import type { WaitTaskContext } from "../tools/wait-task.ts";
import type { WaitTasks } from "../tools/wait-tasks.ts";
import { observed } from "./observed.ts";
import type { ServerParts } from "./sdk-v1.ts";
import { answerTo, type Connection, type Extra, originOf } from "./sdk-v1-server.ts";
import { taken } from "./task-answers.ts";
import { toResult } from "./tool-answers.ts";

/** What a server says of itself that offers tasks. They are not listed: only their ids know of them. */
export const taskCapability = { cancel: {}, requests: { tools: { call: {} } } };

/** MCP's keys in `_meta`: the task that a result belongs to, and what a model may be told at once. */
const relatedTask = "io.modelcontextprotocol/related-task";
const immediateResponse = "io.modelcontextprotocol/model-immediate-response";

type TaskContext = WaitTaskContext & { readonly notes: CallNotes };

export function taskAnswers(parts: ServerParts) {
  const { tasks } = parts.catalogue;
  const asked = <T>(
    method: string,
    extra: Extra,
    connection: Connection,
    work: (context: TaskContext) => Promise<T>,
  ) =>
    observed({ ...originOf(extra, connection), method }, connection.caller, parts, (notes) =>
      work({ caller: connection.caller, notes, signal: extra.signal }),
    );
  return [
    answerTo(GetTaskRequestSchema, ({ method, params: { taskId } }, extra, connection) =>
      asked(method, extra, connection, async (context) => ({
        ...taken(await tasks.get(taskId, context), context.notes),
      })),
    ),
    answerTo(GetTaskPayloadRequestSchema, ({ method, params: { taskId } }, extra, connection) =>
      asked(method, extra, connection, async (context) => {
        const result = toResult(taken(await tasks.result(taskId, context), context.notes));
        return { ...result, _meta: { ...result._meta, [relatedTask]: { taskId } } };
      }),
    ),
    answerTo(CancelTaskRequestSchema, ({ method, params: { taskId } }, extra, connection) =>
      asked(method, extra, connection, async (context) => ({
        ...taken(await tasks.cancel(taskId, context), context.notes),
      })),
    ),
  ];
}

/** Answers a call that is to go on as a task. */
export async function startTask(
  tasks: WaitTasks,
  given: Readonly<Record<string, unknown>>,
  ttl: number | undefined,
  { caller, notes }: Pick<TaskContext, "caller" | "notes">,
): Promise<CreateTaskResult> {
  const task = taken(await tasks.create(given, ttl, caller, notes), notes);
  return {
    task: { ...task },
    _meta: {
      [relatedTask]: { taskId: task.taskId },
      [immediateResponse]: "Waiting for the job in the background. Do not start the job again.",
    },
  };
}
