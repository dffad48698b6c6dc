import { z } from "zod";
import {
  type InvocationArn,
  invocationArnMaxLength,
  invocationArnPattern,
  readInvocationArn,
} from "../aws/arn.ts";
import { describeArnProblem } from "../jobs/describe-arn-problem.ts";

const text = () => z.string({ error: () => "must be a text: the invocation ARN of a job." }).trim();

/**
 * An invocation ARN as tools take it: trimmed and taken apart, and what is none is answered by saying what it is.
 * Nothing reaches the network before that. In JSON Schema just a text, since every tool that repeats the pattern
 * costs every conversation eighty tokens.
 */
export const invocationArnText = text().transform(takenApart);

/** The same with the service's own pattern and length in the JSON Schema. */
export const invocationArnInput = text()
  .check(
    z.minLength(1, { error: explain, abort: true }),
    z.maxLength(invocationArnMaxLength, { error: explain, abort: true }),
    z.regex(invocationArnPattern, { error: explain, abort: true }),
  )
  .transform(takenApart);

function takenApart(given: string, context: z.RefinementCtx<string>): InvocationArn {
  const reading = readInvocationArn(given);
  if (reading.ok) return reading.arn;
  context.issues.push({ code: "custom", input: given, message: describeArnProblem(reading.problem, given) });
  return z.NEVER;
}

function explain(issue: { readonly input?: unknown }): string {
  const given = typeof issue.input === "string" ? issue.input : "";
  const reading = readInvocationArn(given);
  return reading.ok ? "is not an invocation ARN." : describeArnProblem(reading.problem, given);
}
