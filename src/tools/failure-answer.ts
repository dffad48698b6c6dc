import type { InvocationArn } from "../aws/arn.ts";
import { CallError } from "../aws/call-error.ts";
import { callFailureText } from "../jobs/call-failure-text.ts";
import { explainCallFailure } from "../jobs/explain-call-failure.ts";
import { cleanText } from "../jobs/quote.ts";
import type { ToolAnswer } from "./tool.ts";

/**
 * A call that brought no answer, told. Nothing is known of the job then, and the text says so.
 * @throws whatever was thrown, if it is no CallError: that is a bug, not an answer
 */
export function answerFailure(thrown: unknown, arn: InvocationArn): ToolAnswer & { isError: true } {
  if (!(thrown instanceof CallError)) throw thrown;
  const explanation = explainCallFailure(thrown, arn);
  return {
    isError: true,
    text: callFailureText(explanation, thrown.facts, arn),
    failure: { code: thrown.code, invocationArn: arn.text, ...explanation, ...cleaned(thrown.facts) },
  };
}

function cleaned(facts: CallError["facts"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, typeof value === "string" ? cleanText(value, 500) : value]),
  );
}
