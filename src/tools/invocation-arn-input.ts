import { z } from "zod";
import { type InvocationArn, readInvocationArn } from "../aws/arn.ts";
import { describeArnProblem } from "../jobs/describe-arn-problem.ts";

/**
 * An invocation ARN as tools take it: trimmed and taken apart, and what is none is answered by saying what it is.
 * Nothing reaches the network before that. In JSON Schema just a text: clients that check arguments themselves would
 * keep a pattern's miss from us, with its blanks to trim and our words for it; and a model whose output is held to a
 * pattern would make up an ARN where it has none.
 */
export const invocationArnText = z
  .string({ error: () => "must be a text, the invocation ARN of a job." })
  .trim()
  .transform(takenApart);

function takenApart(given: string, context: z.RefinementCtx<string>): InvocationArn {
  const reading = readInvocationArn(given);
  if (reading.ok) return reading.arn;
  context.issues.push({ code: "custom", input: given, message: describeArnProblem(reading.problem, given) });
  return z.NEVER;
}
