import { z } from "zod";
import type { ToolAnswer } from "../tools/tool.ts";
import { type CommandContext, exitCodes } from "./command.ts";
import { type AskResults, allPages, isResults, noResults, type Printout } from "./results-printout.ts";

/** The words of all segments, or of one, and nothing else: fit to be piped. What cannot be read is told on stderr. */
export async function textPrintout(ask: AskResults, context: CommandContext): Promise<Printout> {
  const { config } = context;
  const [from, to] =
    config.segment === undefined ? [0, await segmentCount(ask)] : [config.segment, config.segment + 1];
  if (typeof to !== "number") return noResults(to, context);
  const read: { readonly segment: number; readonly text: string }[] = [];
  const notes: string[] = [];
  for (let segment = from; segment < to; segment += 1) {
    const answer = await ask({ view: "text", segment });
    if (!isResults(answer) && config.segment !== undefined) return noResults(answer, context);
    const text = await allPages(ask, answer);
    if (text === "") notes.push(`Segment ${segment} has no text.${whyNot(answer)}\n`);
    else read.push({ segment, text });
  }
  const out = config.json
    ? `${JSON.stringify({ segments: read }, undefined, 2)}\n`
    : read.map(({ text }) => `${text}\n`).join("\n");
  const nothingRead = read.length === 0 && notes.length > 0;
  return { out, err: notes.join(""), code: nothingRead ? exitCodes.callFailed : exitCodes.ok };
}

/** How many segments there are, or the answer that says why that is not known. */
async function segmentCount(ask: AskResults): Promise<number | ToolAnswer> {
  const answer = await ask({ view: "overview" });
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
