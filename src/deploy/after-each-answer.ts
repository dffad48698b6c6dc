import type { MiddlewareHandler } from "hono";
import type { HttpEnv } from "../serving/http-env.ts";

/** Does something before an answer is whole: behind its last byte, everything may stand still. */
export function afterEachAnswer(work: () => Promise<void>): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    await next();
    const { body, headers } = c.res;
    if (body === null || !headers.get("content-type")?.startsWith("text/event-stream")) return await work();
    // The client has the last message by then, and only waits for the end.
    c.res = new Response(body.pipeThrough(new TransformStream({ flush: work })), c.res);
    return undefined;
  };
}
