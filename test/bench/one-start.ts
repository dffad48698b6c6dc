import { cleanEnv, root } from "../support/runtimes.ts";
import { testKeys } from "../support/server-process.ts";
import { inTurn, median } from "./measure.ts";
import { peakMemory } from "./peak-memory.ts";

const messages = [
  {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "bench", version: "1" } },
  },
  { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", id: 2, method: "tools/list" },
];
const opening = messages.map((message) => `${JSON.stringify(message)}\n`).join("");

export interface Start {
  readonly milliseconds: number;
  /** Peak resident memory in bytes. */
  readonly memory: number;
}

/** Milliseconds from spawning to the line that answers `tools/list` (or, for the bare script, to its one line). */
export async function start(
  command: readonly string[],
  answered: (output: string) => boolean,
): Promise<Start> {
  const startedAt = performance.now();
  const child = Bun.spawn([...command], {
    cwd: root,
    env: cleanEnv(testKeys),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
  });
  child.stdin.write(opening);
  child.stdin.flush();
  let output = "";
  for await (const chunk of child.stdout) {
    output += new TextDecoder().decode(chunk);
    if (answered(output)) break;
  }
  const milliseconds = performance.now() - startedAt;
  const memory = peakMemory(child.pid);
  child.stdin.end();
  await child.exited;
  return { milliseconds, memory };
}

export const listed = (output: string) => output.includes('"id":2');
export const echoed = (output: string) => output.includes("\n");

export interface Medians {
  readonly milliseconds: number;
  readonly memory: number;
}

export interface Contestant {
  readonly command: readonly string[];
  /** Whether what it has printed is the answer that is waited for. */
  readonly answered: (output: string) => boolean;
}

/** Starts them in turn, round after round; gives each one's medians. */
export async function starts<Name extends string>(
  rounds: number,
  contestants: Readonly<Record<Name, Contestant>>,
): Promise<Record<Name, Medians>> {
  const names = Object.keys(contestants) as Name[];
  const memories = new Map<Name, number[]>(names.map((name) => [name, []]));
  const times = await inTurn(
    rounds,
    Object.fromEntries(
      names.map((name) => [
        name,
        async () => {
          const { command, answered } = contestants[name];
          const seen = await start(command, answered);
          memories.get(name)?.push(seen.memory);
          return seen.milliseconds;
        },
      ]),
    ) as Record<Name, () => Promise<number>>,
  );
  return Object.fromEntries(
    names.map((name) => [name, { milliseconds: times[name], memory: median(memories.get(name) ?? []) }]),
  ) as Record<Name, Medians>;
}

/** "12 ms against 6 ms of something". */
export function timesText(ours: Medians, theirs: Medians, whose: string): string {
  return `${ours.milliseconds.toFixed(0)} ms against ${theirs.milliseconds.toFixed(0)} ms of ${whose}`;
}

export function memoryText(ours: Medians, theirs: Medians): string {
  return `${(ours.memory / 2 ** 20).toFixed(0)} MiB against ${(theirs.memory / 2 ** 20).toFixed(0)} MiB`;
}
