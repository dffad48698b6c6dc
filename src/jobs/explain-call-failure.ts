import type { InvocationArn } from "../aws/arn.ts";
import type { CallErrorCode, CallErrorFacts } from "../aws/call-error.ts";
import type { ObjectAddress } from "../aws/s3-endpoint.ts";
import { isClockOff } from "../clock-skew.ts";
import { answersFromAws, answersOfOtherOperations } from "./call-failures-answered.ts";
import { answersBeforeTheCall } from "./call-failures-before.ts";
import { answersAboutCallers } from "./call-failures-caller-role.ts";
import { type CallFailureRow, clockNote } from "./call-failures-common.ts";
import { answersOnTheWay } from "./call-failures-on-the-way.ts";
import { answersFromS3 } from "./explain-s3-failure.ts";
import type { CallFailureExplanation } from "./explanation.ts";
import { cleanText } from "./quote.ts";

/** What is known of a failed call: a `CallError` is one. */
export interface CallFailure {
  readonly code: CallErrorCode;
  readonly facts: CallErrorFacts;
  /** One line of our own, without text from outside. */
  readonly message?: string;
}

/**
 * What a failed call means and who can mend it, from the code and the facts; never from AWS's words. `arn` is the job
 * that was asked about: its account, region and partition go into the remedy. `object` is what was to be read, where
 * S3 was called.
 */
export function explainCallFailure(
  failure: CallFailure,
  arn?: InvocationArn,
  object?: ObjectAddress,
): CallFailureExplanation {
  const { code, facts } = failure;
  const row = answersOfOtherOperations[facts.operation ?? ""]?.[code] ?? rows[code];
  const { remedy, ...rest } = row({ facts, arn, object, message: failure.message });
  return {
    name: cleanText(facts.awsErrorName ?? "", 100) || code,
    ...rest,
    remedy:
      isClockOff(facts.clockOffsetSeconds) && code !== "clock_skew"
        ? `${remedy} ${clockNote(facts)}`
        : remedy,
  };
}

const rows: Readonly<Record<CallErrorCode, CallFailureRow>> = {
  ...answersFromAws,
  ...answersFromS3,
  ...answersOnTheWay,
  ...answersBeforeTheCall,
  ...answersAboutCallers,
};
