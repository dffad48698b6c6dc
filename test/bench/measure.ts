/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/**
 * Runs the contestants in turn, round after round, so that whatever else this machine does meets all of them alike.
 * Gives each one's median.
 */
export async function inTurn<Name extends string>(
  rounds: number,
  contestants: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(contestants) as Name[];
  const seen = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (const name of names) await contestants[name]();
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) seen[name].push(await contestants[name]());
  }
  return Object.fromEntries(names.map((name) => [name, median(seen[name])])) as Record<Name, number>;
}

/** Milliseconds that one of `count` calls takes. */
export async function timeEach(count: number, call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  for (let index = 0; index < count; index += 1) await call();
  return (performance.now() - startedAt) / count;
}

export interface Figure {
  readonly name: string;
  readonly ratio: number;
  /** What the ratio is of, with the medians. */
  readonly of: string;
  readonly goal?: string;
  readonly reached?: boolean;
}

export function atMost(name: string, ratio: number, limit: number, of: string): Figure {
  return { name, ratio, of, goal: `at most ${limit}`, reached: ratio <= limit };
}

export function atLeast(name: string, ratio: number, limit: number, of: string): Figure {
  return { name, ratio, of, goal: `at least ${limit}`, reached: ratio >= limit };
}

export function print(figures: readonly Figure[]): void {
  for (const { name, ratio, of, goal, reached } of figures) {
    const verdict = goal === undefined ? "" : `  (${goal}: ${reached ? "reached" : "MISSED"})`;
    console.log(`${name.padEnd(44)} ${ratio.toFixed(2).padStart(8)}${verdict}\n    ${of}`);
  }
}
