import type { MiddlewareHandler } from "hono";
import type { Observer } from "../observer.ts";
import type { Clock, Log } from "../ports.ts";
import { hungUp } from "../protocol/or-gone.ts";
import { FewLines } from "./few-lines.ts";
import type { HttpEnv } from "./http-env.ts";

export interface RefusalWatchParts {
  readonly clock: Pick<Clock, "after">;
  readonly log: Log;
  /** Hears of every refusal. Absent where nobody looks. */
  readonly observer?: Observer | undefined;
}

/** Notes requests that were refused before a tool was called. However many there are, the log stays readable. */
export function refusalWatch({ clock, log, observer }: RefusalWatchParts): MiddlewareHandler<HttpEnv> {
  const lines = new FewLines<number>(clock, (status, { count, seconds }) =>
    log.warn("more requests refused", { status, requests: count, seconds }),
  );
  return async (c, next) => {
    await next();
    const { status } = c.res;
    // Whoever hung up was not refused.
    if (status < 400 || status === hungUp) return;
    observer?.refusal(status);
    if (!lines.take(status)) return;
    log.warn("request refused", {
      status,
      reason: c.get("refusal"),
      caller: c.get("caller")?.name || undefined,
    });
  };
}
