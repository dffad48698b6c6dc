/** How a person says a length of time: `42 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. Takes seconds, 0 or more. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < hour) return inTwo(whole, 60, "min", "s");
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return inTwo(minutes, 60, "h", "min");
  return inTwo(Math.round(whole / hour), 24, "d", "h");
}

const hour = 3600;

function inTwo(amount: number, size: number, large: string, small: string): string {
  const rest = amount % size;
  return `${Math.floor(amount / size)} ${large}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}

/** A time for a person, to the second: `2026-03-05 14:42:14 UTC`. Absent where the text is no time. */
export function utcText(iso: string | undefined): string | undefined {
  const milliseconds = readTime(iso);
  return milliseconds === undefined
    ? undefined
    : `${new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Milliseconds since 1970. Absent where the text is no time. */
export function readTime(iso: string | undefined): number | undefined {
  const milliseconds = Date.parse(iso ?? "");
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
