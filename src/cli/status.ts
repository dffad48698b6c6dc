import { getDataAutomationStatus } from "../tools/get-data-automation-status.ts";
import type { CommandRun } from "./command.ts";
import { compose } from "./compose.ts";
import { statusBlocks, tally } from "./status-blocks.ts";
import {
  exitCodeOf,
  outcomeForPrograms,
  type StatusOutcome,
  statusOutcome,
  worst,
} from "./status-outcome.ts";
import { layOut } from "./terminal-layout.ts";
import { lookOf } from "./terminal-look.ts";

/** Calls to AWS at a time: gentle with the service's rate, quick enough for a screenful of jobs. */
const atATime = 8;

/** What became of the jobs of the command line, for a person or, with `--json`, for a program. */
export const runStatus: CommandRun = async (context) => {
  const { config, env, operands, terminal, stop } = context;
  const { watcher } = compose(config, context);
  // A tool of its own: the catalogue's answers point at other tools, which a person at a terminal has not.
  const tool = getDataAutomationStatus({ watcher, now: () => context.clock.now(), related: {} });
  const ask = (given: string) =>
    statusOutcome(given, (invocationArn) =>
      tool.call({ invocationArn }, { signal: stop, caller: "", reportProgress: () => {} }),
    );
  const outcomes: StatusOutcome[] = [];
  for await (const outcome of inOrder(operands, atATime, ask)) {
    if (!config.json) {
      const stream = outcome.kind === "answered" ? terminal.stdout : terminal.stderr;
      stream.write(
        `${outcomes.length === 0 ? "" : "\n"}${layOut(statusBlocks(outcome), lookOf(stream, env))}`,
      );
    }
    outcomes.push(outcome);
  }
  if (config.json) {
    const entries = outcomes.map(outcomeForPrograms);
    terminal.stdout.write(`${JSON.stringify(entries.length === 1 ? entries[0] : entries, undefined, 2)}\n`);
  } else {
    const sum = tally(outcomes);
    if (sum !== undefined) terminal.stdout.write(`\n${sum}\n`);
  }
  return worst(outcomes.map(exitCodeOf));
};

/** The results in the order of the items, with at most so many under way. */
async function* inOrder<Item, Result>(
  items: readonly Item[],
  most: number,
  run: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  for (const index of items.keys()) {
    begun.push(...items.slice(begun.length, index + most).map(run));
    const next = begun[index];
    if (next !== undefined) yield await next;
  }
}
