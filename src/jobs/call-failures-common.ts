import type { InvocationArn } from "../aws/arn.ts";
import type { CallErrorFacts } from "../aws/call-error.ts";
import type { ObjectAddress } from "../aws/s3-endpoint.ts";
import { durationText } from "./duration-text.ts";
import type { CallFailureExplanation } from "./explanation.ts";
import { cleanText } from "./quote.ts";

/** What a row is worded from. */
export interface CallFailureContext {
  readonly facts: CallErrorFacts;
  readonly arn: InvocationArn | undefined;
  /** The object that was to be read, where S3 was called. From outside. */
  readonly object: ObjectAddress | undefined;
  /** Our own line about it. */
  readonly message: string | undefined;
}

/** One kind of failure, explained. */
export type CallFailureRow = (context: CallFailureContext) => Omit<CallFailureExplanation, "name">;

/** Says how far this machine's clock is off, which alone can make AWS refuse a good signature. */
export function clockNote({ clockOffsetSeconds = 0 }: CallErrorFacts): string {
  const direction = clockOffsetSeconds > 0 ? "ahead of" : "behind";
  return `This machine's clock is ${durationText(Math.abs(clockOffsetSeconds))} ${direction} AWS's: set it right (network time).`;
}

/** Whom the call was to reach, for a sentence. */
export function hostText({ host }: CallErrorFacts): string {
  return host === undefined ? "the service" : cleanText(host, 100);
}

/** ` on port 443`, AWS's own; empty where the host carries another. */
export function portText({ host = "" }: CallErrorFacts): string {
  return /:\d+$/.test(host) ? "" : " on port 443";
}

/** The profile in use, safe to stand in a command line; absent where none is known. */
export function profileOf(facts: CallErrorFacts): string | undefined {
  const profile = facts.profile ?? /^profile (.+?)(?: \([^()]*\))?$/.exec(facts.credentialSource ?? "")?.[1];
  return profile === undefined ? undefined : cleanText(profile, 100);
}

/** ` --profile dev`, quoted where a shell would take it apart; empty where no profile is known. */
export function profileFlag(facts: CallErrorFacts): string {
  const profile = profileOf(facts);
  if (profile === undefined) return "";
  return ` --profile ${/^[\w.@+-]+$/.test(profile) ? profile : `'${profile.replaceAll("'", `'\\''`)}'`}`;
}

/** ` (from profile dev)`; empty where it is not known. */
export function sourceText({ credentialSource }: CallErrorFacts): string {
  return credentialSource === undefined ? "" : ` (from ${cleanText(credentialSource, 100)})`;
}

const endpointVariables: Readonly<Record<string, string>> = {
  GetObject: "AWS_ENDPOINT_URL_S3",
  GetCallerIdentity: "AWS_ENDPOINT_URL_STS",
  AssumeRole: "AWS_ENDPOINT_URL_STS",
};

/** Where somebody may have set another endpoint for this call. */
export function checkEndpoint({ operation = "" }: CallErrorFacts): string {
  const variable = endpointVariables[operation] ?? "AWS_ENDPOINT_URL_BEDROCK_DATA_AUTOMATION_RUNTIME";
  return `a custom endpoint (${variable}, AWS_ENDPOINT_URL, endpoint_url in the profile)`;
}

/** `32 MiB`, `64 KiB`; `allowed` where it is not known. */
export function sizeText(bytes: number | undefined): string {
  if (bytes === undefined) return "allowed";
  return bytes >= 1024 * 1024
    ? `${Math.round(bytes / 1024 / 1024).toLocaleString("en-US")} MiB`
    : `${Math.ceil(bytes / 1024)} KiB`;
}

/** Where the system or its name for the cause is known: ` (ECONNREFUSED)`. */
export function systemCodeText({ systemCode }: CallErrorFacts): string {
  return systemCode === undefined ? "" : ` (${cleanText(systemCode, 60)})`;
}

/** Whose credentials are wanted, for a sentence. */
export function accountText(arn: InvocationArn | undefined): string {
  return arn === undefined ? "the job's account" : `account ${arn.accountId}`;
}

/** Where the call was made: the job's region, else the one that the facts name. */
export function regionText(arn: InvocationArn | undefined, facts: CallErrorFacts): string {
  return arn?.region ?? (facts.region === undefined ? "the job's region" : cleanText(facts.region, 40));
}
