import { cleanEnv, executables, root } from "../support/runtimes.ts";
import { testKeys } from "../support/server-process.ts";
import { atMost, type Figure, inTurn } from "./measure.ts";
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

interface Start {
  readonly milliseconds: number;
  /** Peak resident memory in bytes. */
  readonly memory: number;
}

/** Milliseconds from spawning to the line that answers `tools/list` (or, for the bare script, to its one line). */
async function start(command: readonly string[], answered: (output: string) => boolean): Promise<Start> {
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

const listed = (output: string) => output.includes('"id":2');
const echoed = (output: string) => output.includes("\n");

/** Time and memory from start to the answered `tools/list`, against a script that reads a line and answers one. */
export async function benchStart(rounds: number): Promise<Figure[]> {
  const bare = `${root}test/bench/bare.mjs`;
  const { bun, deno } = executables;
  const pairs = {
    Bun: { bare: [bun, bare], ours: [bun, `${root}src/main.ts`], limit: 6 },
    Deno: {
      bare: [deno, "run", "-A", bare],
      ours: [deno, "run", "-A", `${root}src/main.ts`],
    },
    Node: { bare: ["node", bare], ours: ["node", `${root}dist/main.js`] },
  };
  const figures: Figure[] = [];
  for (const [runtime, pair] of Object.entries(pairs)) {
    const memory: Record<"bare" | "ours", number> = { bare: 0, ours: 0 };
    const times = await inTurn(rounds, {
      bare: async () => {
        const seen = await start(pair.bare, echoed);
        memory.bare = seen.memory;
        return seen.milliseconds;
      },
      ours: async () => {
        const seen = await start(pair.ours, listed);
        memory.ours = seen.memory;
        return seen.milliseconds;
      },
    });
    const of = `${times.ours.toFixed(0)} ms against ${times.bare.toFixed(0)} ms of the bare runtime`;
    const ratio = times.ours / times.bare;
    const name = `start to tools/list, ${runtime}${runtime === "Node" ? " (built)" : ""}`;
    figures.push("limit" in pair ? atMost(name, ratio, pair.limit, of) : { name, ratio, of });
    figures.push({
      name: `peak memory, ${runtime}`,
      ratio: memory.ours / memory.bare,
      of: `${(memory.ours / 2 ** 20).toFixed(0)} MiB against ${(memory.bare / 2 ** 20).toFixed(0)} MiB`,
    });
  }
  return figures;
}
