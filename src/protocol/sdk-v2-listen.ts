import { setMaxListeners } from "node:events";
import { z } from "zod";
import type { Caller } from "../caller.ts";
import type { CallOrigin } from "../observer.ts";
import type { Catalogue } from "../tools/catalogue.ts";
import { claimedRevision, modernRevision } from "./era.ts";
import { observe } from "./observed.ts";
import type { ProtocolError } from "./protocol-error.ts";
import {
  canSubscribe,
  isFixed,
  maxSubscriptions,
  subscribe,
  tooManySubscriptions,
} from "./resource-answers.ts";
import type { ServerParts } from "./sdk-v1.ts";
import { declaresTasks, missingTasks } from "./sdk-v2-tasks.ts";

const method = "subscriptions/listen";

const listenRequest = z.looseObject({
  id: z.union([z.string(), z.number()]),
  method: z.literal(method),
  params: z.looseObject({
    _meta: z.unknown(),
    notifications: z.looseObject({
      resourceSubscriptions: z.array(z.string()).optional(),
      taskIds: z.array(z.unknown()).optional(),
    }),
  }),
});

export type CheckedListen<T> =
  | { readonly ok: true; readonly message: T; readonly uris: readonly string[] }
  | { readonly ok: false; readonly id: string | number; readonly error: ProtocolError };

/**
 * Takes out of a `subscriptions/listen` what cannot be listened to, so that the SDK acknowledges the rest of it and no
 * more. Any other message, and one that is not of its form, stays as it is: the SDK answers it.
 */
export function checkListen<T>(catalogue: Catalogue, message: T): CheckedListen<T> {
  const reading = listenRequest.safeParse(message);
  if (!reading.success || claimedRevision(message) !== modernRevision) return { ok: true, message, uris: [] };
  const { id, params } = reading.data;
  const { notifications } = params;
  if (notifications.taskIds !== undefined && !declaresTasks.safeParse(params._meta).success) {
    return { ok: false, id, error: missingTasks() };
  }
  if (notifications.resourceSubscriptions === undefined) return { ok: true, message, uris: [] };
  const uris = [...new Set(notifications.resourceSubscriptions)].filter((uri) =>
    canSubscribe(catalogue, uri),
  );
  if (uris.length > maxSubscriptions) return { ok: false, id, error: tooManySubscriptions() };
  const honored = { ...params, notifications: { ...notifications, resourceSubscriptions: uris } };
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

/** Tells of each change of these resources until the answer is called. */
export function listenTo(
  parts: ServerParts,
  uris: readonly string[],
  { caller, origin }: { readonly caller: Caller; readonly origin: CallOrigin },
  onUpdated: (uri: string) => void,
): () => void {
  const { catalogue } = parts;
  const request = observe({ ...origin, method }, caller, parts);
  const { notes } = request;
  const ending = new AbortController();
  // Each of them listens. Node takes more than ten for a leak.
  setMaxListeners(0, ending.signal);
  try {
    for (const uri of uris) {
      if (isFixed(catalogue, uri)) continue;
      const tell = () => onUpdated(uri);
      subscribe(catalogue, uri, { caller, notes, signal: ending.signal }, tell, () => {});
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
