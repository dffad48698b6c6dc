import { executables, root } from "../support/runtimes.ts";
import { atMost, type Figure } from "./measure.ts";
import { echoed, listed, memoryText, starts, timesText } from "./one-start.ts";

/** The start from source to the answered `tools/list`, against a script that reads a line and answers one. */
export async function benchStart(rounds: number): Promise<Figure[]> {
  const script = `${root}test/bench/bare.mjs`;
  const { bun, deno } = executables;
  const figures: Figure[] = [];
  for (const [runtime, command] of [
    ["Bun", [bun]],
    ["Deno", [deno, "run", "-A"]],
  ] as const) {
    const { bare, ours } = await starts(rounds, {
      bare: { command: [...command, script], answered: echoed },
      ours: { command: [...command, `${root}src/main.ts`], answered: listed },
    });
    const name = `start to tools/list, ${runtime}, from source`;
    const ratio = ours.milliseconds / bare.milliseconds;
    const of = timesText(ours, bare, "the bare runtime");
    figures.push(runtime === "Bun" ? atMost(name, ratio, 6, of) : { name, ratio, of });
    figures.push({
      name: `peak memory, ${runtime}, from source`,
      ratio: ours.memory / bare.memory,
      of: memoryText(ours, bare),
    });
  }
  return figures;
}
