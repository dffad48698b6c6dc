import { z } from "zod";

/** No resource has a URI like this: those of this server alone can be listened to, and theirs are others. */
const prefix = "task:";

const acknowledged = z.looseObject({
  method: z.literal("notifications/subscriptions/acknowledged"),
  params: z.looseObject({ notifications: z.looseObject({ resourceSubscriptions: z.array(z.string()) }) }),
});
const updated = z.looseObject({
  method: z.literal("notifications/resources/updated"),
  params: z.looseObject({ uri: z.string().startsWith(prefix) }),
});

/**
 * The SDK knows no subscription to a task, and acknowledges and ends those to resources. So a task is a resource to it,
 * from here until the message leaves.
 */
export function taskUri(taskId: string): string {
  return prefix + taskId;
}

export function taskIdOf(uri: string): string | undefined {
  return uri.startsWith(prefix) ? uri.slice(prefix.length) : undefined;
}

/** A message of the SDK's as the client gets it: with tasks where they were resources. */
export function withTasks<T extends object>(message: T): T {
  const update = updated.safeParse(message).data;
  if (update !== undefined) {
    const { uri: _, ...task } = update.params;
    return { ...message, method: "notifications/tasks", params: task };
  }
  const { params } = acknowledged.safeParse(message).data ?? {};
  if (params === undefined) return message;
  const { resourceSubscriptions: all, ...others } = params.notifications;
  const taskIds = all.flatMap((uri) => taskIdOf(uri) ?? []);
  const uris = all.filter((uri) => taskIdOf(uri) === undefined);
  const notifications = {
    ...others,
    ...(uris.length > 0 && { resourceSubscriptions: uris }),
    ...(taskIds.length > 0 && { taskIds }),
  };
  return { ...message, params: { ...params, notifications } };
}

/** The same for a stream of events. */
export function eventsWithTasks({ body, headers, status }: Response): Response {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const rewriting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      // The SDK writes an event, or a comment, at a time.
      const [, before, json] = /^(event: message\ndata: )(.*)\n\n$/s.exec(decoder.decode(chunk)) ?? [];
      if (json === undefined) return controller.enqueue(chunk);
      controller.enqueue(encoder.encode(`${before}${JSON.stringify(withTasks(JSON.parse(json)))}\n\n`));
    },
  });
  return new Response(body?.pipeThrough(rewriting) ?? null, { headers, status });
}
