import type { CallErrorCode, CallErrorFacts } from "../aws/call-error.ts";
import { isClockOff } from "../clock-skew.ts";
import { statusResources } from "./arn-names.ts";
import { answersToAssumeRole } from "./call-failures-caller-role.ts";
import {
  accountText,
  type CallFailureRow,
  checkEndpoint,
  clockNote,
  hostText,
  profileFlag,
  regionText,
  sourceText,
} from "./call-failures-common.ts";
import { renewal } from "./credential-remedies.ts";
import { answersToGetObject } from "./explain-s3-failure.ts";

type AnsweredCode = Extract<
  CallErrorCode,
  | "validation"
  | "access_denied"
  | "not_found"
  | "throttled"
  | "service_fault"
  | "unknown_key"
  | "bad_signature"
  | "expired_token"
  | "clock_skew"
  | "not_signed"
  | "wrong_service"
  | "unknown_aws_error"
>;

const unnamedPlace = { partition: "aws", region: "<region>", accountId: "<account>" };

/** AWS answered, and named the reason. */
export const answersFromAws: Readonly<Record<AnsweredCode, CallFailureRow>> = {
  validation: () => ({
    meaning: "AWS takes the ARN for malformed, or for one of another resource.",
    whoMustAct: "caller",
    remedy: "Use the invocationArn that InvokeDataAutomationAsync returned, unchanged.",
    tryAgain: "no",
  }),

  access_denied: ({ arn, facts }) => ({
    meaning: `The credentials${sourceText(facts)} may not read this job's status.`,
    whoMustAct: "account_administrator",
    remedy: `Allow bedrock:GetDataAutomationStatus on ${statusResources(arn ?? unnamedPlace).join(" and ")}, and look for an explicit deny (organization, boundary, endpoint policy). The credentials have to be those of ${accountText(arn)}.`,
    tryAgain: "after_fix",
  }),

  not_found: ({ arn, facts }) => ({
    meaning: `AWS knows no such job in ${regionText(arn, facts)} for the account of these credentials${sourceText(facts)}.`,
    whoMustAct: "caller",
    remedy: `Compare the ARN with what InvokeDataAutomationAsync returned, letter by letter, and use credentials of ${accountText(arn)}. Possibly the job is too old: how long AWS keeps a status is not published.`,
    tryAgain: "no",
  }),

  throttled: ({ arn, facts }) => ({
    meaning: `Too many calls to AWS in ${regionText(arn, facts)} from this account at the moment${triedText(facts.attempts)}.${namelessText(facts)}`,
    whoMustAct: "caller",
    remedy:
      "Wait, then ask less often and for fewer jobs at once. For very many jobs, use EventBridge notifications.",
    tryAgain: "later",
    tryAgainInSeconds: facts.retryAfterSeconds ?? 15,
  }),

  service_fault: ({ facts }) => ({
    meaning: `AWS's service, or something on the way to it, had a fault of its own${triedText(facts.attempts)}.`,
    whoMustAct: "aws",
    remedy: "Wait and ask again; if it stays so, look at AWS's health page for the region.",
    tryAgain: "later",
    tryAgainInSeconds: facts.retryAfterSeconds ?? 30,
  }),

  unknown_key: ({ arn, facts }) => ({
    meaning: `AWS does not know the access key${sourceText(facts)}: it was deleted or mistyped, the session token is missing, or region ${regionText(arn, facts)} is not enabled for the account.`,
    whoMustAct: "server_operator",
    remedy: `Check the key with: aws sts get-caller-identity${profileFlag(facts)}. Temporary keys (ASIA…) need AWS_SESSION_TOKEN too. A region that is off by default has to be enabled in the account's settings.`,
    tryAgain: "after_fix",
  }),

  bad_signature: ({ facts }) => ({
    meaning: isClockOff(facts.clockOffsetSeconds)
      ? "AWS refused the signature, most likely because this machine's clock is off."
      : `AWS refused the signature: the secret key${sourceText(facts)} does not belong to the key id, or something on the way changed the request.`,
    whoMustAct: "server_operator",
    remedy:
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or the profile's) anew as a pair, without blanks, and check any proxy and the machine's clock.",
    tryAgain: "after_fix",
  }),

  expired_token: ({ facts }) => ({
    meaning: `The temporary credentials${sourceText(facts)} have expired.`,
    whoMustAct: "server_operator",
    remedy: renewal(facts),
    tryAgain: "after_fix",
  }),

  clock_skew: ({ facts }) => ({
    meaning: "AWS refused the request because of its date: this machine's clock is off.",
    whoMustAct: "server_operator",
    remedy: isClockOff(facts.clockOffsetSeconds)
      ? clockNote(facts)
      : "Set this machine's clock right (network time).",
    tryAgain: "after_fix",
  }),

  not_signed: ({ facts }) => ({
    meaning:
      "The request reached AWS without a whole signature: something on the way dropped or changed its headers.",
    whoMustAct: "server_operator",
    remedy: `Let the Authorization and X-Amz-* headers through to ${hostText(facts)}: check proxies and a custom endpoint (AWS_ENDPOINT_URL…).`,
    tryAgain: "after_fix",
  }),

  wrong_service: ({ facts }) => ({
    meaning: `${hostText(facts)} answered, but is not the Bedrock Data Automation runtime service.`,
    whoMustAct: "server_operator",
    remedy: `Correct or remove ${checkEndpoint(facts)}.`,
    tryAgain: "after_fix",
  }),

  unknown_aws_error: ({ facts }) => {
    const passing = (facts.httpStatus ?? 0) >= 500;
    return {
      meaning: "AWS refused the call for a reason that has no explanation here.",
      whoMustAct: passing ? "aws" : "caller",
      remedy: "Go by AWS's own words and the error's name.",
      tryAgain: passing ? "later" : "no",
      ...(passing ? { tryAgainInSeconds: facts.retryAfterSeconds ?? 30 } : {}),
    };
  },
};

/** Rows that stand in place of the general ones for calls other than GetDataAutomationStatus. */
export const answersOfOtherOperations: Readonly<
  Record<string, Readonly<Partial<Record<CallErrorCode, CallFailureRow>>>>
> = {
  GetObject: answersToGetObject,
  AssumeRole: answersToAssumeRole,
  GetCallerIdentity: {
    access_denied: ({ facts }) => ({
      meaning: `A policy denies the credentials${sourceText(facts)} even sts:GetCallerIdentity, which needs no permission.`,
      whoMustAct: "account_administrator",
      remedy: "Look for an explicit deny (organization, boundary, endpoint policy).",
      tryAgain: "after_fix",
    }),
  },
};

/** A gateway on the way counts calls too, and says so by the status alone. */
function namelessText({ awsErrorName, httpStatus }: CallErrorFacts): string {
  return awsErrorName === undefined && httpStatus !== undefined
    ? ` Only the HTTP status ${httpStatus} says so: possibly a gateway on the way, not AWS.`
    : "";
}

function triedText(attempts: number | undefined): string {
  return attempts === undefined || attempts < 2 ? "" : ` (${attempts} calls made)`;
}
