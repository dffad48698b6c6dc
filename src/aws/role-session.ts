import { createHash } from "node:crypto";
import type { Caller } from "../caller.ts";
import { CallError } from "./call-error.ts";

/** A claim of the caller's token, and the session tag that it becomes. */
export interface CallerTag {
  readonly claim: string;
  readonly key: string;
}

/** Who a role is assumed for, as AWS is told. */
export interface RoleSession {
  /** `RoleSessionName` and `SourceIdentity` alike. */
  readonly name: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** What AWS takes as a session's name and as a source identity [STS API reference, AssumeRole]. */
const plainName = /^[\w+=,.@-]{2,64}$/;
/** How a name ends that was made from another text. */
const madeEnding = /=[0-9a-f]{20}$/;
const hashLength = 20;
const longestPrefix = 64 - 1 - hashLength;

/** Before the names of callers who showed a static token, so that none of them can pass for a signed-in person. */
const tokenPrefix = "token=";
const tokenPrefixPattern = /^token=/;

/** AWS's limits for a session tag's value [STS API reference, Tag]. */
const tagValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/**
 * The session of this caller: named after the token's subject, or after a static token's name.
 * @throws CallError `caller_not_known`, `claim_missing`: it is never another's session, nor one without its tags
 */
export function roleSession(caller: Caller | undefined, tags: readonly CallerTag[]): RoleSession {
  return { name: sessionName(caller), tags: tags.map((tag) => sessionTag(tag, caller?.claims)) };
}

function sessionName(caller: Caller | undefined): string {
  const subject = caller?.claims?.sub;
  if (typeof subject === "string" && subject !== "") return nameOfSubject(subject);
  if (caller === undefined || caller.id === "" || caller.claims !== undefined || caller.name === "") {
    throw new CallError(
      "caller_not_known",
      "Nobody said who asks: there is no subject to name a session by.",
    );
  }
  return nameOfToken(caller.name);
}

/**
 * A name that AWS takes, for whatever an issuer calls a person. A subject that AWS takes stays as it is; of another,
 * what can stand in a name is kept for people to read, and 80 bits of SHA-256 tell it from every other.
 */
export function nameOfSubject(subject: string): string {
  if (isPlain(subject) && !subject.startsWith(tokenPrefix)) return subject;
  return madeName(subject.replace(tokenPrefixPattern, "token-"), ["subject", subject]);
}

/** The same for a static token, by the name that whoever runs the server gave it. */
export function nameOfToken(token: string): string {
  const name = `${tokenPrefix}${token}`;
  return isPlain(name) ? name : madeName(name, ["token", token]);
}

function isPlain(text: string): boolean {
  return plainName.test(text) && !madeEnding.test(text);
}

function madeName(readable: string, whole: readonly [kind: string, text: string]): string {
  const prefix = readable.replace(/[^\w+=,.@-]+/g, "-").slice(0, longestPrefix);
  const hash = createHash("sha256").update(JSON.stringify(whole)).digest("hex");
  return `${prefix}=${hash.slice(0, hashLength)}`;
}

/** What decides over rights is taken as it stands or not at all. */
function sessionTag({ claim, key }: CallerTag, claims: Caller["claims"]): RoleSession["tags"][number] {
  const given = claims !== undefined && Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  const single = Array.isArray(given) && given.length === 1 ? given[0] : given;
  const value = typeof single === "number" || typeof single === "boolean" ? String(single) : single;
  if (typeof value === "string" && tagValue.test(value)) return { key, value };
  const why =
    given === undefined ? "is not in the caller's token" : "holds what is no value of a session tag";
  throw new CallError("claim_missing", `A claim that a session tag is made from ${why}.`, {
    claim,
    sessionTags: key,
    claimProblem: given === undefined ? "absent" : "no_tag_value",
  });
}
