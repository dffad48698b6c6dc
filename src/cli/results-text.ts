import { z } from "zod";
import type { ToolAnswer } from "../tools/tool.ts";
import { type CommandContext, exitCodes } from "./command.ts";
import { type AskResults, isResults, noResults, type Printout, wordsOf } from "./results-printout.ts";

/** The words of all segments, or of one, and nothing else: fit to be piped. What cannot be read is told on stderr. */
export async function textPrintout(ask: AskResults, context: CommandContext): Promise<Printout> {
  const { config } = context;
  const from = config.segment ?? 0;
  const first = await ask({ view: "text", segment: from });
  if (config.segment !== undefined && !isResults(first)) return noResults(first, context);
  const to = config.segment === undefined ? await segmentCount(ask, first) : from + 1;
  if (typeof to !== "number") return noResults(to, context);
  const read: { readonly segment: number; readonly text: string }[] = [];
  const notes: string[] = to === 0 ? ["The job has no segment.\n"] : [];
  for (let segment = from; segment < to; segment += 1) {
    const answer = segment === from ? first : await ask({ view: "text", segment });
    const text = wordsOf(answer);
    if (text === "") notes.push(`Segment ${segment} has no text.${whyNot(answer)}\n`);
    else read.push({ segment, text });
  }
  const out = config.json
    ? `${JSON.stringify({ segments: read }, undefined, 2)}\n`
    : read.map(({ text }) => `${text}\n`).join("\n");
  const nothingRead = read.length === 0 && notes.length > 0;
  return { out, err: notes.join(""), code: nothingRead ? exitCodes.callFailed : exitCodes.ok };
}

/** How many segments there are, or the answer that says why that is not known. `first` is about the first of them. */
async function segmentCount(ask: AskResults, first: ToolAnswer): Promise<number | ToolAnswer> {
  // An answer about the first may fail for its own file; only then is the whole job looked at.
  const answer = first.isError ? await ask({ view: "overview" }) : first;
  return isResults(answer) ? countShape.parse(answer.structuredContent).segmentCount : answer;
}

const countShape = z.looseObject({ segmentCount: z.number() });

/** Why a segment has nothing to show, as far as that is known. */
function whyNot(answer: ToolAnswer): string {
  if (answer.isError) return ` ${failureShape.parse(answer.failure).meaning}`;
  const { problems = [] } = problemsShape.parse(answer.structuredContent);
  return problems.map(({ text }) => ` ${text}`).join("");
}

const failureShape = z.looseObject({ meaning: z.string() });
const problemsShape = z.looseObject({ problems: z.array(z.looseObject({ text: z.string() })).optional() });
