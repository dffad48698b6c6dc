import type { Clock } from "../ports.ts";
import type { Output } from "./command.ts";
import { LiveLine } from "./live-line.ts";
import type { Look } from "./terminal-look.ts";

/** Milliseconds of silence that nobody minds. */
const quietMs = 1000;

/**
 * Runs work, and says what it is at in one line on a terminal, if it takes longer than a second. The line is gone when
 * the work is done.
 */
export async function withProgressLine<T>(
  to: { readonly stream: Output; readonly look: Look; readonly clock: Clock },
  first: string,
  work: (report: (message: string) => void) => Promise<T>,
): Promise<T> {
  const { stream, look, clock } = to;
  if (!look.terminal) return work(() => {});
  const done = new AbortController();
  const line = new LiveLine(stream, look);
  let message = first;
  let shown = false;
  const show = () => {
    line.show(message);
    shown = true;
  };
  clock.sleep(quietMs, done.signal).then(show, () => {});
  try {
    return await work((next) => {
      message = next;
      if (shown) show();
    });
  } finally {
    done.abort();
    line.clear();
  }
}
