import { z } from "zod";
import { partitionOfArn } from "./aws/partitions.ts";
import { type GivenValue, isNamedToken } from "./config-access.ts";
import type { Command } from "./settings/commands.ts";

/** Whether a text is an IAM role's ARN, of a partition that is known. */
export function isRoleArn(text: string): boolean {
  return (
    /^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/.test(text) && partitionOfArn(text) !== undefined
  );
}

/** AWS's limits for a session tag's key [STS API reference, Tag]; `aws:` is AWS's own. */
const tagKey = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu;

/** `claim=key`: the last `=` counts, as a claim's name may hold one. */
export function readCallerTag(
  text: string,
  context: z.RefinementCtx<string>,
): { readonly claim: string; readonly key: string } {
  const at = text.lastIndexOf("=");
  const [claim, key] = [text.slice(0, Math.max(0, at)).trim(), text.slice(at + 1).trim()];
  if (at > 0 && claim !== "" && tagKey.test(key)) return { claim, key };
  const message = "must be like claim=key, with a key that AWS takes for a session tag";
  context.issues.push({ code: "custom", input: text, message });
  return z.NEVER;
}

type Given = (name: "callerRole" | "callerTags" | "authToken" | "oidcIssuer") => GivenValue;

/** What is wrong with settings about callers that are each right for itself. */
export function callerProblems(command: Command, given: Given): string[] {
  const [role, tags] = [given("callerRole"), given("callerTags")];
  const tagged = Array.isArray(tags.value) && tags.value.length > 0;
  if (role.value === undefined) {
    return tagged ? [`${tags.source} needs --caller-role: the role whose sessions carry the tags.`] : [];
  }
  // Whoever only asks what the role needs has no callers.
  if (command !== "http" || given("oidcIssuer").value !== undefined) return [];
  if (tagged) {
    return [`${tags.source} needs --oidc-issuer: only a signed token has claims, a static one has none.`];
  }
  const tokens = given("authToken").value;
  return typeof tokens === "string" && isNamedToken(tokens)
    ? []
    : [
        `${role.source} needs callers who say who they are: set --oidc-issuer, or give each caller a named token in BDA_MCP_AUTH_TOKEN, like alice=<token>,bob=<token>.`,
      ];
}
