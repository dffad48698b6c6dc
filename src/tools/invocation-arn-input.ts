import { z } from "zod";
import { invocationArnMaxLength, invocationArnPattern, readInvocationArn } from "../aws/arn.ts";
import { describeArnProblem } from "../jobs/describe-arn-problem.ts";

/**
 * An invocation ARN as tools take it. In JSON Schema: the service's own pattern and length. At the door: trimmed,
 * taken apart, and what is none is answered by saying what it is; nothing reaches the network before that.
 */
export const invocationArnInput = z
  .string({ error: () => "must be a text: the invocation ARN of a job." })
  .trim()
  .check(
    z.minLength(1, { error: explain, abort: true }),
    z.maxLength(invocationArnMaxLength, { error: explain, abort: true }),
    z.regex(invocationArnPattern, { error: explain, abort: true }),
  )
  .transform((text, context) => {
    const reading = readInvocationArn(text);
    if (reading.ok) return reading.arn;
    context.issues.push({ code: "custom", input: text, message: describeArnProblem(reading.problem, text) });
    return z.NEVER;
  });

function explain(issue: { readonly input?: unknown }): string {
  const text = typeof issue.input === "string" ? issue.input : "";
  const reading = readInvocationArn(text);
  return reading.ok ? "is not an invocation ARN." : describeArnProblem(reading.problem, text);
}
