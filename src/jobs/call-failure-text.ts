import type { InvocationArn } from "../aws/arn.ts";
import type { CallErrorFacts } from "../aws/call-error.ts";
import type { CallFailureExplanation } from "./explanation.ts";
import { cleanText, quoteText } from "./quote.ts";

const awsMessageCharacters = 400;
const statusOperation = "GetDataAutomationStatus";
const excerptCharacters = 160;

/**
 * The short answer for a model and a person when a call failed. It says first that the call failed and not the job:
 * readers who take one for the other start the job again, and pay again.
 */
export function callFailureText(
  failure: CallFailureExplanation,
  facts: CallErrorFacts,
  arn?: InvocationArn,
): string {
  return [
    headline(facts, arn),
    `${failure.name}: ${failure.meaning}`,
    facts.awsMessage === undefined
      ? undefined
      : `AWS's words: ${quoteText(facts.awsMessage, awsMessageCharacters)}`,
    answerBegan(facts),
    `To do, by ${actor(failure, accountOf(facts) ?? arn?.accountId)}: ${failure.remedy}`,
    `Ask again: ${again(failure)}. Do not start the job again because of this.`,
    facts.requestId === undefined ? undefined : `AWS request id: ${cleanText(facts.requestId, 128)}`,
  ]
    .filter((line) => line !== undefined)
    .join("\n");
}

function headline({ operation = statusOperation }: CallErrorFacts, arn: InvocationArn | undefined): string {
  const job = arn === undefined ? "" : ` ${arn.text}`;
  return operation === statusOperation
    ? `The call failed, not the job: nothing is known of the job${job}.`
    : `The call ${operation} failed, not the job${job}.`;
}

function answerBegan({ bodyExcerpt }: CallErrorFacts): string | undefined {
  if (bodyExcerpt === undefined) return undefined;
  if (bodyExcerpt.trim() === "") return "The answer was empty.";
  return `The answer began: ${quoteText(bodyExcerpt, excerptCharacters)}`;
}

/** Of the role that could not be assumed, which may be another account's than the job. */
function accountOf({ operation, roleArn }: CallErrorFacts): string | undefined {
  return operation === "AssumeRole" ? /^arn:[a-z-]+:iam::(\d{12}):/.exec(roleArn ?? "")?.[1] : undefined;
}

function actor({ whoMustAct }: CallFailureExplanation, accountId: string | undefined): string {
  switch (whoMustAct) {
    case "caller":
      return "whoever asks";
    case "account_administrator":
      return `an administrator of AWS account ${accountId ?? "in question"}`;
    case "aws":
      return "AWS";
    case "server_operator":
      return "whoever runs this server";
  }
}

function again({ tryAgain, tryAgainInSeconds }: CallFailureExplanation): string {
  if (tryAgain === "no") return "no, the same call would fail again";
  if (tryAgain === "after_fix") return "after the fix";
  return tryAgainInSeconds === undefined ? "any time" : `in ${tryAgainInSeconds} s`;
}
