import type { InvocationArn } from "../aws/arn.ts";
import type { Credentials } from "../aws/credentials.ts";
import { type Caller, onlyCaller } from "../caller.ts";
import type { Config } from "../config.ts";
import { cleanText } from "../jobs/quote.ts";
import { type Check, failed, type Tried } from "./doctor-checks.ts";

/** What CloudTrail names where the doctor tries the role of callers. */
const doctorName = "bda-mcp-doctor";

/** On whose behalf the doctor calls: where a role is assumed for callers, as one who has every claim that is wanted. */
export function doctorCaller({ callerRole, callerTags }: Pick<Config, "callerRole" | "callerTags">): Caller {
  if (callerRole === undefined) return onlyCaller;
  const claims = Object.fromEntries(callerTags.map(({ claim }) => [claim, doctorName]));
  return { id: doctorName, name: doctorName, claims: { ...claims, sub: doctorName } };
}

/** Whether the role of callers can be assumed. */
export function checkCallerRole(
  tried: Tried<Credentials> | undefined,
  callerRole: string,
  arn: InvocationArn | undefined,
): Check {
  const name = "caller role";
  if (tried === undefined) return { name, state: "skipped", text: "Not tried: there are no credentials." };
  if (!tried.ok) return failed(name, tried.error, arn);
  const { milliseconds } = tried;
  return {
    name,
    state: "good",
    text: `${cleanText(callerRole, 700)} was assumed as ${doctorName}, in ${milliseconds} ms`,
    facts: { callerRole: cleanText(callerRole, 700), sessionName: doctorName, milliseconds },
  };
}
