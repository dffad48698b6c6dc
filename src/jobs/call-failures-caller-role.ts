import type { CallErrorCode, CallErrorFacts } from "../aws/call-error.ts";
import { type CallFailureRow, regionText, sourceText } from "./call-failures-common.ts";
import { callerRoleActions, callerRoleTrust } from "./caller-role-policy.ts";
import { cleanText } from "./quote.ts";

/** Rights are the caller's own, and what a session in their name is made from is not there: no call was made. */
export const answersAboutCallers: Readonly<
  Record<Extract<CallErrorCode, "caller_not_known" | "claim_missing">, CallFailureRow>
> = {
  caller_not_known: ({ facts }) => ({
    meaning: `${capital(roleText(facts))} is assumed for whoever asks, and nobody said who that is, so no call was made.`,
    whoMustAct: "server_operator",
    remedy:
      "Let callers sign in (--oidc-issuer), or give each a static token with a name (BDA_MCP_AUTH_TOKEN). Nobody is given the server's own rights while --caller-role is set.",
    tryAgain: "after_fix",
  }),

  claim_missing: ({ facts }) => {
    const claim = cleanText(facts.claim ?? "a claim", 100);
    const key = cleanText(facts.sessionTags ?? "a tag", 128);
    const fault =
      facts.claimProblem === "no_tag_value"
        ? `The claim ${claim} of the caller's token holds something that is no session tag's value`
        : `The caller's token has no claim ${claim}`;
    return {
      meaning: `${fault}; the session tag ${key} of ${roleText(facts)} is made from it, so no call was made.`,
      whoMustAct: "server_operator",
      remedy: `Have the identity provider put ${claim} into the token, as one text of at most 256 letters, digits, blanks and _.:/=+-@; or take --caller-tag ${claim}=${key} away.`,
      tryAgain: "after_fix",
    };
  },
};

/** Rows for AssumeRole: a call of this server's own, before the one that was asked for. */
export const answersToAssumeRole: Readonly<Partial<Record<CallErrorCode, CallFailureRow>>> = {
  access_denied: ({ facts }) => {
    const tagged = facts.sessionTags !== undefined;
    const trust = callerRoleTrust("<ARN of the server's own role or user>", tagged);
    return {
      meaning: `The server's own credentials${sourceText(facts)} may not assume ${roleText(facts)} for whoever asks, so AWS was not asked about the job.`,
      whoMustAct: "account_administrator",
      remedy: `The role's trust policy needs the statement ${trust}, and the server's own policy ${callerRoleActions(tagged).join(", ")} on ${roleArnText(facts)}. Look at its conditions too: ${conditionsText(facts)}. doctor names the server's own ARN. Where its session has a source identity already, AWS lets it set no other.`,
      tryAgain: "after_fix",
    };
  },

  validation: ({ facts }) => ({
    meaning: `STS takes ${roleText(facts)}, or a tag of its session, for malformed.`,
    whoMustAct: "server_operator",
    remedy: "Correct --caller-role and --caller-tag by AWS's words.",
    tryAgain: "after_fix",
  }),

  unknown_aws_error: ({ arn, facts }) => ({
    meaning: `STS did not assume ${roleText(facts)} in ${regionText(arn, facts)}, for a reason that has no explanation here.`,
    whoMustAct: "server_operator",
    remedy:
      "Go by AWS's own words: STS may be switched off in that region (RegionDisabledException), or there may be too many session tags (PackedPolicyTooLarge).",
    tryAgain: "after_fix",
  }),
};

function roleText(facts: CallErrorFacts): string {
  return facts.roleArn === undefined ? "the caller role" : `the role ${roleArnText(facts)}`;
}

function roleArnText({ roleArn }: CallErrorFacts): string {
  return roleArn === undefined ? "it" : cleanText(roleArn, 700);
}

function conditionsText({ sessionTags }: CallErrorFacts): string {
  const identity = "sts:SourceIdentity and sts:RoleSessionName are who asks";
  return sessionTags === undefined
    ? identity
    : `${identity}, aws:RequestTag has ${cleanText(sessionTags, 500)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
