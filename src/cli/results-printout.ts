import { z } from "zod";
import type { ToolAnswer } from "../tools/tool.ts";
import { type CommandContext, type ExitCode, exitCodes } from "./command.ts";
import { statusBlocks } from "./status-blocks.ts";
import { exitCodeOf, outcomeForPrograms, readOutcome } from "./status-outcome.ts";
import { type Block, layOut } from "./terminal-layout.ts";
import { lookOf } from "./terminal-look.ts";

/** What a command has to say, once nothing is under way any more. */
export interface Printout {
  readonly out: string;
  readonly err: string;
  readonly code: ExitCode;
}

/** Asks for one view of a job's results. Rejects only for a bug. */
export type AskResults = (input: {
  readonly view: "overview" | "text" | "fields";
  readonly segment?: number;
}) => Promise<ToolAnswer>;

export type ResultsAnswer = Extract<ToolAnswer, { readonly isError: false }>;

/** Whether there are results, and not the status of a job without any, or a call that failed. */
export function isResults(answer: ToolAnswer): answer is ResultsAnswer {
  return !answer.isError && !("explanation" in answer.structuredContent);
}

/** Where there are no results: what the job's status means, or why nothing could be read. */
export function noResults(answer: ToolAnswer, { config, env, terminal }: CommandContext): Printout {
  const outcome = readOutcome(answer);
  const isWrongUse = outcome.kind === "call_failed" && outcome.failure.code === "no_such_segment";
  const code = isWrongUse ? exitCodes.wrongUse : exitCodeOf(outcome);
  if (config.json) {
    return { out: `${JSON.stringify(outcomeForPrograms(outcome), undefined, 2)}\n`, err: "", code };
  }
  const blocks = statusBlocks(outcome);
  return outcome.kind === "answered"
    ? { out: layOut(blocks, lookOf(terminal.stdout, env)), err: "", code }
    : { out: "", err: layOut([couldNotRead, ...blocks.slice(1)], lookOf(terminal.stderr, env)), code };
}

const couldNotRead: Block = {
  kind: "headline",
  sign: "✗",
  tone: "bad",
  text: "The results could not be read. The job is not affected: do not start it again because of this.",
};

const wordsShape = z.looseObject({ text: z.string() });

/** The text or field lines of a segment. Empty where the call failed. */
export function wordsOf(answer: ToolAnswer): string {
  return answer.isError ? "" : wordsShape.parse(answer.structuredContent).text;
}
