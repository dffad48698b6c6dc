import type { ServerContext } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { CallNotes } from "../observer.ts";
import type { WaitTask, WaitTaskContext } from "../tools/wait-task.ts";
import type { WaitTasks } from "../tools/wait-tasks.ts";
import { clientCapabilitiesKey } from "./era.ts";
import { observed } from "./observed.ts";
import { errorCodes, ProtocolError } from "./protocol-error.ts";
import type { Connection, ServerParts } from "./sdk-v1.ts";
import { originOfV2, type SdkV2Server, tasksExtension } from "./sdk-v2-server.ts";
import { taken } from "./task-answers.ts";
import { toResult } from "./tool-answers.ts";

const taskParams = z.looseObject({ taskId: z.string() });

/** What a request says of its client, as far as tasks want to know. */
export const declaresTasks = z.looseObject({
  [clientCapabilitiesKey]: z.looseObject({
    extensions: z.looseObject({ [tasksExtension]: z.looseObject({}) }),
  }),
});

/**
 * The tasks extension of 2026-07-28 over the same tasks as 2025-11-25 has: one begun in one of them goes on in the
 * other. See https://modelcontextprotocol.github.io/ext-tasks/specification/2026-07-28/tasks.html.
 */
export function offerTasksV2(
  server: SdkV2Server,
  { caller, canNotify }: Connection,
  parts: ServerParts,
): void {
  const { tasks } = parts.catalogue;
  const answer = (method: string, work: (taskId: string, context: TaskContext) => Promise<object>) =>
    server.answer(method, taskParams, ({ taskId }, context) =>
      observed({ ...originOfV2(context, canNotify), method }, caller, parts, async (notes) => {
        if (!speaksTasks(context)) throw missingTasks();
        return work(taskId, { caller, notes, signal: context.mcpReq.signal });
      }),
    );
  answer("tasks/get", (taskId, context) => detailed(tasks, taskId, context));
  answer("tasks/update", async (taskId, context) => {
    // No task here asks for anything: what a client brings all the same is passed over, as the extension says.
    taken(await tasks.known(taskId, context), context.notes);
    return {};
  });
  answer("tasks/cancel", async (taskId, context) => {
    taken(await tasks.known(taskId, context), context.notes);
    // One that is over already has nothing to cancel, which in this revision is no error.
    await tasks.cancel(taskId, context);
    return {};
  });
}

type TaskContext = WaitTaskContext & { readonly notes: CallNotes };

/** Whether this request's client takes a task for an answer. */
export function speaksTasks({ mcpReq }: ServerContext): boolean {
  return declaresTasks.safeParse(mcpReq.envelope).success;
}

/** The error for a client that asks about tasks and has not said that it knows them. */
export function missingTasks(): ProtocolError {
  return new ProtocolError(
    errorCodes.missingCapability,
    `Declare the extension ${tasksExtension} in the request's client capabilities.`,
    { requiredCapabilities: { extensions: { [tasksExtension]: {} } } },
  );
}

/** A task in place of a wait. Absent where the job has ended, or nothing can be learned of it: that is answered at once. */
export async function taskInstead(
  tasks: WaitTasks,
  given: Readonly<Record<string, unknown>>,
  context: TaskContext,
): Promise<object | undefined> {
  const created = await tasks.create(given, undefined, context.caller, context.notes);
  if (!created.ok) return undefined;
  const task = taken(await tasks.firstLook(created.value.taskId, context), context.notes);
  if (task.status === "working") return { resultType: "task", ...described(task) };
  // Nobody will hear of this task.
  context.notes.task = undefined;
  context.notes.failure = undefined;
  return undefined;
}

/**
 * Tells what `tasks/get` would answer, now and whenever that has become another, until the task is over or the signal
 * aborts.
 */
export async function followTask(
  tasks: WaitTasks,
  taskId: string,
  context: TaskContext,
  onTold: (task: Record<string, unknown>) => void,
): Promise<void> {
  let last = "";
  let over = false;
  const tell = async () => {
    const task = await detailed(tasks, taskId, context);
    const said = JSON.stringify({ ...task, lastUpdatedAt: "" });
    if (over || said === last || context.signal.aborted) return;
    last = said;
    over = task.status !== "working";
    onTold(task);
  };
  try {
    let telling = tell();
    const tellNext = () => {
      telling = telling.then(tell);
      // What is thrown is known in the end.
      telling.catch(() => {});
    };
    await telling;
    if (over || context.signal.aborted) return;
    await tasks.follow(taskId, context, tellNext);
    tellNext();
    await telling;
  } catch (thrown) {
    // Its time is over, or the server's: there is nothing more to tell.
    if (!(thrown instanceof ProtocolError || context.signal.aborted)) throw thrown;
  }
}

async function detailed(
  tasks: WaitTasks,
  taskId: string,
  context: TaskContext,
): Promise<Record<string, unknown>> {
  const task = taken(await tasks.get(taskId, context), context.notes);
  if (task.status === "working" || task.status === "cancelled") return described(task);
  // A call that failed is a result too; a task fails only by an error of the protocol.
  const result = toResult(taken(await tasks.result(taskId, context), context.notes));
  return { ...described(task), status: "completed", result };
}

function described({ pollInterval, ttl, ...task }: WaitTask): Record<string, unknown> {
  return { ...task, ttlMs: ttl, pollIntervalMs: pollInterval };
}
