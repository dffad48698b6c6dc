/** A fault of this program for the log: its name and place, and none of its words, which could hold anything. */
export function faultOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const place = thrown.stack?.split("\n").find((line) => /^\s*at /.test(line));
  return `${thrown.name} ${place?.trim() ?? ""}`.trim();
}
