import { onlyCaller } from "../caller.ts";
import type { Log, LogLevel } from "../ports.ts";
import { longestWaitSeconds } from "../settings/settings.ts";
import { getDataAutomationStatus } from "../tools/get-data-automation-status.ts";
import type { CommandContext, CommandRun } from "./command.ts";
import { compose } from "./compose-process.ts";
import { statusBlocks, tally } from "./status-blocks.ts";
import {
  exitCodeOf,
  outcomeForPrograms,
  type StatusOutcome,
  statusOutcome,
  worst,
} from "./status-outcome.ts";
import { waitForOutcomes } from "./status-wait.ts";
import { noDisplay, type WaitDisplay, waitDisplay } from "./status-wait-display.ts";
import type { WaitedJob } from "./status-wait-words.ts";
import { layOut } from "./terminal-layout.ts";
import { lookOf } from "./terminal-look.ts";

/** Calls to AWS at a time: gentle with the service's rate, quick enough for a screenful of jobs. */
const atATime = 8;

type Tell = (outcome: StatusOutcome) => void;

/** What became of the jobs of the command line, for a person or, with `--json`, for a program. */
export const runStatus: CommandRun = async (context) => {
  const { config, terminal } = context;
  const tell = config.json ? () => {} : teller(context);
  const outcomes = await (config.wait === undefined ? askInTurn : wait)(context, tell);
  if (config.json) {
    const entries = outcomes.map(outcomeForPrograms);
    terminal.stdout.write(`${JSON.stringify(entries.length === 1 ? entries[0] : entries, undefined, 2)}\n`);
  } else {
    const sum = tally(outcomes);
    if (sum !== undefined) terminal.stdout.write(`\n${sum}\n`);
  }
  return worst(outcomes.map(exitCodeOf));
};

/** Writes one outcome after the other, with an empty line between them. */
function teller({ env, terminal }: CommandContext): Tell {
  let begun = false;
  return (outcome) => {
    const stream = outcome.kind === "answered" ? terminal.stdout : terminal.stderr;
    stream.write(`${begun ? "\n" : ""}${layOut(statusBlocks(outcome), lookOf(stream, env))}`);
    begun = true;
  };
}

async function askInTurn(context: CommandContext, tell: Tell): Promise<StatusOutcome[]> {
  const { clock, config, operands, stop } = context;
  const { watcher } = compose(config, context);
  // A tool of its own: the catalogue's answers point at other tools, which a person at a terminal has not.
  const tool = getDataAutomationStatus({ watcher, now: () => clock.now(), related: {} });
  const ask = (given: string) =>
    statusOutcome(given, (invocationArn) =>
      tool.call({ invocationArn }, { signal: stop, caller: onlyCaller, reportProgress: () => {} }),
    );
  const outcomes: StatusOutcome[] = [];
  for await (const outcome of inOrder(operands, atATime, ask)) {
    tell(outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}

async function wait(context: CommandContext, tell: Tell): Promise<StatusOutcome[]> {
  const { clock, config, env, log, operands, stop, terminal } = context;
  const seconds = config.wait ?? longestWaitSeconds;
  const jobs: WaitedJob[] = [];
  const display = config.json
    ? noDisplay
    : waitDisplay({
        stream: terminal.stderr,
        look: lookOf(terminal.stderr, env),
        clock,
        jobs,
        ...(seconds < longestWaitSeconds ? { ofSeconds: seconds } : {}),
      });
  const { watcher } = compose(config, { ...context, log: logBeside(display, log) });
  const now = () => clock.now();
  return waitForOutcomes(operands, { watcher, now, timeoutMs: seconds * 1000, stop, jobs, display, tell });
}

/** A log whose lines do not run into the line that is shown. */
function logBeside(display: WaitDisplay, log: Log): Log {
  const beside =
    (level: LogLevel) =>
    (...entry: Parameters<Log[LogLevel]>) =>
      display.aside(() => log[level](...entry));
  return { debug: beside("debug"), info: beside("info"), warn: beside("warn"), error: beside("error") };
}

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
