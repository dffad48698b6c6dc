import type { MiddlewareHandler } from "hono";
import type { Observer } from "../observer.ts";
import type { Clock, Log } from "../ports.ts";
import type { HttpEnv } from "./http-env.ts";
import { hungUp } from "./or-gone.ts";

export interface RefusalWatchParts {
  readonly clock: Pick<Clock, "after">;
  readonly log: Log;
  /** Hears of every refusal. Absent where nobody looks. */
  readonly observer?: Observer | undefined;
}

/** Refusals of one status that get a line of their own, in each window; the rest of them share one at its end. */
const linesPerWindow = 10;
const windowMs = 10_000;

/** Notes requests that were refused before a tool was called. However many there are, the log stays readable. */
export function refusalWatch({ clock, log, observer }: RefusalWatchParts): MiddlewareHandler<HttpEnv> {
  const counts = new Map<number, number>();
  const endWindow = (status: number) => {
    const more = (counts.get(status) ?? 0) - linesPerWindow;
    counts.delete(status);
    if (more > 0) log.warn("more requests refused", { status, requests: more, seconds: windowMs / 1000 });
  };
  return async (c, next) => {
    await next();
    const { status } = c.res;
    // Whoever hung up was not refused.
    if (status < 400 || status === hungUp) return;
    observer?.refusal(status);
    const count = (counts.get(status) ?? 0) + 1;
    counts.set(status, count);
    if (count === 1) clock.after(windowMs, () => endWindow(status));
    if (count > linesPerWindow) return;
    log.warn("request refused", {
      status,
      reason: c.get("refusal"),
      caller: c.get("caller")?.name || undefined,
    });
  };
}
