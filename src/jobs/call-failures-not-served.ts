import type { InvocationArn } from "../aws/arn.ts";
import type { CallErrorFacts } from "../aws/call-error.ts";
import type { CallFailureRow } from "./call-failures-common.ts";

/** The job lies where this server was told not to ask: no call was made, and none would be. */
export const notServed: CallFailureRow = ({ arn, facts }) => {
  const { notServed = "region" } = facts;
  return {
    meaning: `Jobs of ${placeText(notServed, arn)} are not served here, so no call was made.`,
    whoMustAct: "server_operator",
    remedy:
      notServed === "partition"
        ? "Ask a server whose --caller-role is of that partition: a role acts in its own alone."
        : `Ask a server that serves it. Whoever runs this one can add ${flagsText(notServed, arn)}.`,
    tryAgain: "after_fix",
  };
};

type Part = NonNullable<CallErrorFacts["notServed"]>;

function placeText(part: Part, arn: InvocationArn | undefined): string {
  if (arn === undefined) return `this ${part}`;
  if (part === "partition") return `partition ${arn.partition}`;
  return part === "account and region"
    ? `account ${arn.accountId} in region ${arn.region}`
    : part === "account"
      ? `account ${arn.accountId}`
      : `region ${arn.region}`;
}

function flagsText(part: Part, arn: InvocationArn | undefined): string {
  const account = `--allowed-account ${arn?.accountId ?? "<account>"} (BDA_MCP_ALLOWED_ACCOUNTS)`;
  const region = `--allowed-region ${arn?.region ?? "<region>"} (BDA_MCP_ALLOWED_REGIONS)`;
  if (part === "account and region") return `${account} and ${region}`;
  return part === "account" ? account : region;
}
