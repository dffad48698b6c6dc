import type { InvocationArn } from "../aws/arn.ts";
import { CallError } from "../aws/call-error.ts";
import type { ObjectAddress } from "../aws/s3-client.ts";
import { callFailureText } from "../jobs/call-failure-text.ts";
import { explainCallFailure } from "../jobs/explain-call-failure.ts";
import { cleanText } from "../jobs/quote.ts";
import type { ToolAnswer } from "./tool.ts";

/**
 * A call that brought no answer, told. Nothing is known of the job then, and the text says so.
 * `object` is what was to be read, where S3 was called.
 * @throws whatever was thrown, if it is no CallError: that is a bug, not an answer
 */
export function answerFailure(
  thrown: unknown,
  arn: InvocationArn,
  object?: ObjectAddress,
): ToolAnswer & { isError: true } {
  if (!(thrown instanceof CallError)) throw thrown;
  const explanation = explainCallFailure(thrown, arn, object);
  return {
    isError: true,
    text: callFailureText(explanation, thrown.facts, arn),
    failure: { invocationArn: arn.text, ...failureFacts(thrown, arn, object) },
  };
}

/** The failure for programs: its code, what it means, and what is known of it, cleaned. */
export function failureFacts(
  error: CallError,
  arn: InvocationArn,
  object?: ObjectAddress,
): Readonly<Record<string, unknown>> {
  const facts = Object.entries(error.facts)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, typeof value === "string" ? cleanText(value, 500) : value]);
  return { code: error.code, ...explainCallFailure(error, arn, object), ...Object.fromEntries(facts) };
}
