import type { Context, MiddlewareHandler } from "hono";
import { whenOver } from "../protocol/when-over.ts";
import type { HttpEnv } from "./http-env.ts";
import type { RequestId } from "./json-rpc-message.ts";
import { type LoadLimiter, type LoadRefusal, Place } from "./load-limiter.ts";
import { refuse } from "./refuse.ts";

/** Seconds after which a client may try again. A call is short; a wait makes room when its job or its time ends. */
const retryAfterSeconds = { call: 1, wait: 5, stopping: 5 };

/** Gives every request a place among the calls that are open, or refuses it before its body is read. */
export function loadGuard(load: LoadLimiter): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const place = load.enter(c.get("caller")?.id ?? "");
    if (!(place instanceof Place)) {
      if (load.draining) c.header("Connection", "close");
      return refuseLoad(c, place);
    }
    c.set("place", place);
    await next();
    // Looked at before the body, which becomes a stream, slower to send, once anybody has looked at it.
    const streamed = c.res.headers.get("content-type")?.startsWith("text/event-stream");
    const body = streamed ? c.res.body : null;
    if (body !== null) {
      c.res = new Response(
        whenOver(body, () => place.leave()),
        c.res,
      );
    } else place.leave();
    // So that the client opens its next connection to another replica.
    if (load.draining) c.res.headers.set("connection", "close");
    return undefined;
  };
}

/** Moves a call that will stand open to among the waits. Gives the refusal where there are too many. */
export function asWait(c: Context<HttpEnv>, id: RequestId): Response | undefined {
  const refusal = c.get("place")?.becomeWait();
  return refusal === undefined ? undefined : refuseLoad(c, refusal, id);
}

function refuseLoad(c: Context, { kind, limit, why }: LoadRefusal, id?: RequestId): Response {
  const seconds = retryAfterSeconds[why === "stopping" ? why : kind];
  c.header("Retry-After", String(seconds));
  const again = `Try again in ${seconds} s.`;
  if (why === "stopping") return refuse(c, 503, -32000, `The server is stopping. ${again}`, id);
  const things = kind === "wait" ? "waits" : "calls";
  return why === "caller"
    ? refuse(c, 429, -32000, `You have ${limit} ${things} open, and may not have more. ${again}`, id)
    : refuse(c, 503, -32000, `The server has ${limit} ${things} open, and takes no more. ${again}`, id);
}
