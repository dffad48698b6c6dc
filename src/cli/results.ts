import { type InvocationArn, readInvocationArn } from "../aws/arn.ts";
import { onlyCaller } from "../caller.ts";
import { describeArnProblem } from "../jobs/describe-arn-problem.ts";
import { readDataAutomationResults } from "../tools/read-data-automation-results.ts";
import { type CommandContext, type CommandRun, exitCodes } from "./command.ts";
import { compose } from "./compose-process.ts";
import { withProgressLine } from "./progress-line.ts";
import { overviewPrintout } from "./results-overview.ts";
import { type AskResults, isResults, noResults, type Printout, wordsOf } from "./results-printout.ts";
import { textPrintout } from "./results-text.ts";
import { lookOf } from "./terminal-look.ts";

/** What a job produced: a table for a person, the answer itself with `--json`, only its words with `--text`. */
export const runResults: CommandRun = async (context) => {
  const { clock, config, env, operands, terminal } = context;
  const [given = ""] = operands;
  const reading = readInvocationArn(given);
  if (!reading.ok) {
    terminal.stderr.write(`The ARN ${describeArnProblem(reading.problem, given)}\n`);
    return exitCodes.wrongUse;
  }
  const progress = { stream: terminal.stderr, look: lookOf(terminal.stderr, env), clock };
  const { out, err, code } = await withProgressLine(progress, "Reading…", (report) => {
    const ask = asker(context, reading.arn, report);
    return config.text ? textPrintout(ask, context) : printout(ask, context);
  });
  terminal.stdout.write(out);
  terminal.stderr.write(err);
  return code;
};

function asker(context: CommandContext, arn: InvocationArn, report: (message: string) => void): AskResults {
  const { clock, config, stop } = context;
  const { watcher, results } = compose(config, context);
  const tool = readDataAutomationResults({ watcher, results, now: () => clock.now(), forTerminal: true });
  return (input) =>
    tool.call(
      // A page is no matter for a person: what is read once is shown whole.
      {
        invocationArn: arn,
        offset: 0,
        maxCharacters: Number.MAX_SAFE_INTEGER,
        confidenceBelow: 0.6,
        ...input,
      },
      { signal: stop, caller: onlyCaller, reportProgress: ({ message }) => report(message) },
    );
}

async function printout(ask: AskResults, context: CommandContext): Promise<Printout> {
  const { config, env, terminal } = context;
  const { segment } = config;
  const answer = await ask({ view: "overview", ...(segment === undefined ? {} : { segment }) });
  if (!isResults(answer)) return noResults(answer, context);
  const fields = segment === undefined ? undefined : await ask({ view: "fields", segment });
  const lines = fields === undefined ? "" : wordsOf(fields);
  if (!config.json) {
    const look = lookOf(terminal.stdout, env);
    return { out: overviewPrintout(answer.structuredContent, lines, look), err: "", code: exitCodes.ok };
  }
  const tree = fields?.isError === false ? fields.structuredContent.fields : undefined;
  const more = tree !== undefined ? { fields: tree } : lines === "" ? {} : { fieldLines: lines.split("\n") };
  const whole = { ...answer.structuredContent, ...more };
  return { out: `${JSON.stringify(whole, undefined, 2)}\n`, err: "", code: exitCodes.ok };
}
