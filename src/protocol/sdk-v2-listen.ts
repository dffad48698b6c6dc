import { setMaxListeners } from "node:events";
import { z } from "zod";
import type { Caller } from "../caller.ts";
import type { CallOrigin } from "../observer.ts";
import type { Catalogue } from "../tools/catalogue.ts";
import { claimedRevision, modernRevision } from "./era.ts";
import { faultOf } from "./fault.ts";
import { observe } from "./observed.ts";
import { type ProtocolError, wrongParams } from "./protocol-error.ts";
import {
  canSubscribe,
  isFixed,
  maxSubscriptions,
  subscribe,
  tooManySubscriptions,
} from "./resource-answers.ts";
import type { ServerParts } from "./sdk-v1.ts";
import { taskIdOf, taskUri } from "./sdk-v2-task-uris.ts";
import { declaresTasks, followTask, missingTasks } from "./sdk-v2-tasks.ts";

const method = "subscriptions/listen";

const listenRequest = z.looseObject({
  id: z.union([z.string(), z.number()]),
  method: z.literal(method),
  params: z.looseObject({
    _meta: z.unknown(),
    notifications: z.looseObject({
      resourceSubscriptions: z.array(z.string()).optional(),
      taskIds: z.unknown().optional(),
    }),
  }),
});
const taskFilter = z.object({ notifications: z.object({ taskIds: z.array(z.string()) }) });

export type CheckedListen<T> =
  /** Tasks are among the URIs, as the SDK is to take them. */
  | { readonly ok: true; readonly message: T; readonly uris: readonly string[] }
  | { readonly ok: false; readonly id: string | number; readonly error: ProtocolError };

/**
 * Takes out of a `subscriptions/listen` what cannot be listened to, so that the SDK acknowledges the rest of it and no
 * more. Any other message, and one that is not of its form, stays as it is: the SDK answers it.
 */
export async function checkListen<T>(
  catalogue: Catalogue,
  caller: Caller,
  message: T,
): Promise<CheckedListen<T>> {
  const reading = listenRequest.safeParse(message);
  if (!reading.success || claimedRevision(message) !== modernRevision) return { ok: true, message, uris: [] };
  const { id, params } = reading.data;
  const { resourceSubscriptions = [], taskIds = [] } = params.notifications;
  if (params.notifications.taskIds !== undefined && !declaresTasks.safeParse(params._meta).success) {
    return { ok: false, id, error: missingTasks() };
  }
  const tasks = taskFilter.safeParse({ notifications: { taskIds } });
  if (!tasks.success) return { ok: false, id, error: wrongParams(tasks.error) };
  const wanted = [...new Set(resourceSubscriptions)].filter((uri) => canSubscribe(catalogue, uri));
  const wantedTasks = [...new Set(tasks.data.notifications.taskIds)];
  if (wanted.length + wantedTasks.length > maxSubscriptions) {
    return { ok: false, id, error: tooManySubscriptions() };
  }
  const known = await Promise.all(wantedTasks.map((taskId) => catalogue.tasks.known(taskId, { caller })));
  const uris = [...wanted, ...wantedTasks.filter((_, index) => known[index]?.ok).map(taskUri)];
  const honored = { ...params, notifications: { ...params.notifications, resourceSubscriptions: uris } };
  return { ok: true, message: { ...message, params: honored }, uris };
}

const origin = z.looseObject({
  id: z.union([z.string(), z.number()]),
  params: z.looseObject({ _meta: z.record(z.string(), z.unknown()) }),
});

/** What is known of where a message came from, by itself. */
export function originIn(message: unknown): CallOrigin {
  const { data } = origin.safeParse(message);
  return data === undefined ? {} : { requestId: data.id, meta: data.params._meta };
}

/** Hears of a change: of a task together with all there is to know of it. */
export type OnUpdated = (uri: string, task?: Record<string, unknown>) => void;

/** Tells of each change of these resources and tasks until the answer is called. */
export function listenTo(
  parts: ServerParts,
  uris: readonly string[],
  { caller, origin }: { readonly caller: Caller; readonly origin: CallOrigin },
  onUpdated: OnUpdated,
): () => void {
  const { catalogue, log } = parts;
  const request = observe({ ...origin, method }, caller, parts);
  const ending = new AbortController();
  const context = { caller, notes: request.notes, signal: ending.signal };
  // Each of them listens. Node takes more than ten for a leak.
  setMaxListeners(0, ending.signal);
  try {
    for (const uri of uris) {
      const taskId = taskIdOf(uri);
      if (taskId !== undefined) {
        const tell = (task: Record<string, unknown>) => onUpdated(uri, task);
        followTask(catalogue.tasks, taskId, context, tell).catch((thrown) => {
          log.error("a task could not be followed by a fault of this server", { fault: faultOf(thrown) });
        });
      } else if (!isFixed(catalogue, uri)) {
        const tell = () => onUpdated(uri);
        subscribe(catalogue, uri, context, tell, () => {});
      }
    }
  } catch (thrown) {
    ending.abort();
    request.end(thrown);
    throw thrown;
  }
  return () => {
    if (ending.signal.aborted) return;
    ending.abort();
    request.end();
  };
}
