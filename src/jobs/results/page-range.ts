/** At most this many pieces are written out. */
const maxRanges = 8;

/** Page indices (from 0, in any order) as a person counts them: `1-3, 5`. Absent where there are none. */
export function pageRange(indices: readonly number[]): string | undefined {
  const sorted = [...new Set(indices)].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const index of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  if (ranges.length === 0) return undefined;
  const shown = ranges
    .slice(0, maxRanges)
    .map(([from, to]) => (from === to ? `${from + 1}` : `${from + 1}-${to + 1}`));
  return ranges.length > maxRanges ? `${shown.join(", ")}, …` : shown.join(", ");
}

/** A position in a recording: `2:21`, `1:02:21`. */
export function positionText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const two = (part: number) => String(part).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
