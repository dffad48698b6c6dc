import type { Clock, Log } from "../ports.ts";

/** Lines of one kind that are written in each window; the rest of them share one at its end. */
const linesPerWindow = 10;
const windowMs = 10_000;

/** Says whether one more line of this kind is written. */
export type FewLines<Kind> = (kind: Kind) => boolean;

/** However much there is to say of the same kind, the log stays readable. Of few kinds: each is remembered for a while. */
export function fewLines<Kind>(
  clock: Pick<Clock, "after">,
  tellRest: (kind: Kind, lines: number, seconds: number) => void,
): FewLines<Kind> {
  const counts = new Map<Kind, number>();
  const endWindow = (kind: Kind) => {
    const rest = (counts.get(kind) ?? 0) - linesPerWindow;
    counts.delete(kind);
    if (rest > 0) tellRest(kind, rest, windowMs / 1000);
  };
  return (kind) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    if (count === 1) clock.after(windowMs, () => endWindow(kind));
    return count <= linesPerWindow;
  };
}

/** The same log, with few warnings of the same words and `reason`. Both have to be this program's own. */
export function fewWarnings(log: Log, clock: Pick<Clock, "after">): Log {
  const mayWarn = fewLines<string>(clock, (kind, lines, seconds) => {
    const [message = "", reason] = kind.split("\n");
    log.warn(`more of: ${message}`, { reason, lines, seconds });
  });
  return {
    ...log,
    warn(message, fields) {
      const { reason } = fields ?? {};
      if (mayWarn(reason === undefined ? message : `${message}\n${reason}`)) log.warn(message, fields);
    },
  };
}
