import type { InvocationArn } from "../aws/arn.ts";
import type { JobStatus } from "../aws/runtime-client.ts";
import type { CallerIdentity } from "../aws/sts-client.ts";
import { isClockOff } from "../clock-skew.ts";
import { durationText } from "../jobs/duration-text.ts";
import { cleanText } from "../jobs/quote.ts";
import { type Check, failed, type Tried } from "./doctor-checks.ts";

export function checkIdentity(tried: Tried<CallerIdentity> | undefined): Check {
  const name = "identity";
  if (tried === undefined) return { name, state: "skipped", text: "Not asked: there are no credentials." };
  if (!tried.ok) return failed(name, tried.error);
  const { accountId, arn } = tried.value;
  const shown = { accountId: cleanText(accountId, 20), arn: cleanText(arn, 300) };
  return {
    name,
    state: "good",
    text: `${shown.arn}, account ${shown.accountId}`,
    facts: { ...shown, milliseconds: tried.milliseconds },
  };
}

/** `offsets`: this machine's clock minus AWS's in seconds, as far as answers told. */
export function checkClock(offsets: readonly (number | undefined)[]): Check {
  const name = "clock";
  const offset = offsets.find((seconds) => seconds !== undefined);
  if (offset === undefined) {
    return { name, state: "skipped", text: "Not known: no answer from AWS told the time." };
  }
  const facts = { offsetSeconds: offset };
  // An answer's Date has whole seconds, and was on its way for a while.
  if (Math.abs(offset) <= 2) return { name, state: "good", text: "In step with AWS's", facts };
  const text = `${durationText(Math.abs(offset))} ${offset > 0 ? "ahead of" : "behind"} AWS's`;
  if (!isClockOff(offset)) {
    return { name, state: "good", text: `${text}, which AWS lets pass`, facts };
  }
  return {
    name,
    state: "bad",
    text: `${text}: AWS refuses signatures that are five minutes off.`,
    mend: "Set this machine's clock right (network time). Until then this server corrects for it; other tools may not.",
    facts,
  };
}

/** The call itself. `caller` is who the credentials belong to, where that is known. */
export function checkStatusCall(
  tried: Tried<JobStatus> | undefined,
  arn: InvocationArn | undefined,
  caller: CallerIdentity | undefined,
): Check {
  const name = "status call";
  if (arn === undefined) {
    return { name, state: "skipped", text: "Not tried: give the ARN of a job to try it too." };
  }
  if (tried === undefined) return { name, state: "skipped", text: "Not tried: there are no credentials." };
  if (tried.ok) {
    const { milliseconds, value } = tried;
    const status = value.status === undefined ? "no status" : cleanText(value.status, 60);
    return {
      name,
      state: "good",
      text: `The job's status is ${status}, answered in ${milliseconds} ms`,
      facts: { status, milliseconds },
    };
  }
  const check = failed(name, tried.error, arn);
  const refused = tried.error.code === "access_denied" || tried.error.code === "not_found";
  const strangers = refused && caller !== undefined && caller.accountId !== arn.accountId;
  const foreign = `The job is of account ${arn.accountId}, the credentials of ${cleanText(caller?.accountId ?? "", 20)}: most likely others are needed.`;
  return strangers ? { ...check, mend: `${foreign} ${check.mend}` } : check;
}
