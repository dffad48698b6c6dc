import type { InvocationArn } from "../aws/arn.ts";
import type { CallError } from "../aws/call-error.ts";
import { type Credentials, keyIdEnding } from "../aws/credentials.ts";
import type { EndpointOrigin, EndpointSettings } from "../aws/endpoint.ts";
import type { ObjectAddress } from "../aws/s3-client.ts";
import { durationText } from "../jobs/duration-text.ts";
import { explainCallFailure } from "../jobs/explain-call-failure.ts";
import { cleanText, quoteText } from "../jobs/quote.ts";
import type { HomePlace } from "./home-place.ts";

/** One line of the doctor's: what was looked at, and how it is. */
export interface Check {
  readonly name: string;
  /** `skipped`: it could not be looked at, because of another line that is bad or because nobody asked. */
  readonly state: "good" | "bad" | "skipped";
  /** One sentence or less, without secrets. */
  readonly text: string;
  /** What makes it good. Always there where the state is bad. */
  readonly mend?: string;
  /** The same for programs, without secrets. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

/** What a call came to, and how long it took. */
export type Tried<T> =
  | { readonly ok: true; readonly value: T; readonly milliseconds: number }
  | { readonly ok: false; readonly error: CallError };

/** The oldest Node that the product runs on. */
const oldestNode = 20;

export function checkRuntime(name: string, missingPermission: string | undefined): Check {
  const node = /^Node (\d+)/.exec(name);
  const facts = { runtime: name };
  if (node !== null && Number(node[1]) < oldestNode) {
    const mend = `Install Node ${oldestNode} or later, Bun, or Deno.`;
    return { name: "runtime", state: "bad", text: `${name} is too old.`, mend, facts };
  }
  if (missingPermission !== undefined) {
    const mend = `Add ${missingPermission} to deno run's flags, before the script's name.`;
    return { name: "runtime", state: "bad", text: `${name}, without ${missingPermission}.`, mend, facts };
  }
  return { name: "runtime", state: "good", text: name, facts };
}

/** `lenient`: a custom endpoint is in use, which may take keys of any form. */
export function checkCredentials(
  tried: Tried<Credentials>,
  { lenient, now }: { readonly lenient: boolean; readonly now: number },
): Check {
  const name = "credentials";
  if (!tried.ok) return failed(name, tried.error);
  const { accessKeyId, sessionToken, expiresAt, source: given } = tried.value;
  const source = cleanText(given, 100);
  const ending = keyIdEnding(accessKeyId);
  if (ending === undefined && !lenient) {
    return {
      name,
      state: "bad",
      text: `From ${source}; the access key id is not of AWS's form.`,
      mend: "It is 20 capital letters and digits, like AKIA… or ASIA…: look whether id and secret key stand in each other's place, or have blanks or quotation marks around them.",
      facts: { source },
    };
  }
  const key = ending === undefined ? "a key id that is not of AWS's form" : `key id …${ending}`;
  const kind = sessionToken === undefined ? "long-lived" : "temporary";
  const until = expiresAt === undefined ? "" : `, good for another ${durationText((expiresAt - now) / 1000)}`;
  return {
    name,
    state: "good",
    text: `From ${source}, ${key}, ${kind}${until}`,
    facts: {
      source,
      kind,
      ...(ending === undefined ? {} : { accessKeyIdEnding: ending }),
      ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
    },
  };
}

export function checkRegion({ region, partition, from, refused }: HomePlace): Check {
  const name = "region";
  const facts = { region, partition, from };
  if (refused !== undefined) {
    return {
      name,
      state: "bad",
      text: `${refused.from} is ${quoteText(refused.value, 60)}, which is not of AWS's form.`,
      mend: `Set ${refused.from} to a region like us-east-1, in small letters. Jobs are asked about in their ARN's region all the same; the checks below use ${region}.`,
      facts,
    };
  }
  const why =
    from === "default" ? "as none is configured; a job's own is always used for it" : `from ${from}`;
  return { name, state: "good", text: `${region}, ${why}`, facts };
}

export function checkEndpoint(
  tried: Tried<{ readonly url: URL; readonly settings: EndpointSettings }>,
  { simulate }: { readonly simulate: boolean },
): Check {
  const name = "endpoint";
  if (!tried.ok) return failed(name, tried.error);
  const { url, settings } = tried.value;
  const { endpointFrom, endpointUrl, useDualStack, useFips } = settings;
  const from = endpointUrl === undefined ? "AWS" : simulate ? "--simulate" : originText(endpointFrom);
  const kinds = [useFips ? "FIPS" : "", useDualStack ? "dual-stack" : ""].filter((kind) => kind !== "");
  const kind = endpointUrl !== undefined ? `set by ${from}` : ["AWS's own", ...kinds].join(", ");
  return {
    name,
    state: "good",
    text: `${shownUrl(url)} (${kind})`,
    facts: { url: shownUrl(url), from },
  };
}

function originText({ profile, setting }: EndpointOrigin = { setting: "a setting" }): string {
  return profile === undefined ? setting : `${setting} of profile ${cleanText(profile, 100)}`;
}

/** Without the slash that every URL has. */
function shownUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname.replace(/\/$/, "")}`;
}

/** A call that failed, as a check. */
export function failed(
  name: string,
  error: CallError,
  arn?: InvocationArn,
  object?: ObjectAddress,
): Check & { mend: string } {
  const { name: reason, meaning, remedy } = explainCallFailure(error, arn, object);
  const { awsMessage, bodyExcerpt, requestId, setting } = error.facts;
  const words =
    awsMessage !== undefined
      ? ` AWS says: ${quoteText(awsMessage, 300)}`
      : bodyExcerpt?.trim()
        ? ` The answer began: ${quoteText(bodyExcerpt, 160)}`
        : "";
  return {
    name,
    state: "bad",
    text: `${reason}: ${meaning}${words}`,
    mend: remedy,
    facts: {
      code: error.code,
      ...(setting === undefined ? {} : { setting: cleanText(setting, 100) }),
      ...(requestId === undefined ? {} : { requestId: cleanText(requestId, 128) }),
    },
  };
}
