import type { CallErrorFacts } from "../aws/call-error.ts";
import { profileFlag, profileOf } from "./call-failures-common.ts";

const noRestart = "They are then picked up without a restart.";

/** How to get credentials that are good again, for the source that these came from: with the exact command where one does it. */
export function renewal(facts: CallErrorFacts): string {
  const profile = profileFlag(facts);
  const profileName = profileOf(facts);
  switch (facts.login ?? kindOf(facts.credentialSource)) {
    case "sso":
      return `Log in again with: aws sso login${profile}. ${noRestart}`;
    case "console":
      return `Log in again with: aws login${profile}. ${noRestart}`;
    case "process":
      return `Renew the login that the credential_process${profile && ` of${profile.replace(" --profile", " profile")}`} stands for, with that tool's own command. ${noRestart}`;
    case "file":
      return `Put new keys into ${profileName === undefined ? "the profile" : `profile ${profileName}`} in ~/.aws, with the tool that wrote the old ones there. ${noRestart}`;
    case "environment":
      return "Set new AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN and restart the program with them; or set AWS_PROFILE, whose credentials are renewed without a restart.";
    case "machine":
      return "The machine's role is renewed by itself: ask again; if it stays so, check the role and this machine's clock.";
    case "session":
      return "The session of the caller's role is renewed by itself: ask again; if it stays so, check this machine's clock.";
    default:
      return `Renew them where they come from, for example with: aws sso login${profile}. ${noRestart}`;
  }
}

type Kind = NonNullable<CallErrorFacts["login"]> | "file" | "environment" | "machine" | "session";

/** By the words that the aws room has for its sources. */
function kindOf(source = ""): Kind | undefined {
  return sourceKinds.find(([words]) => words.test(source))?.[1];
}

const sourceKinds: readonly (readonly [RegExp, Kind])[] = [
  [/\(SSO\)$/, "sso"],
  [/\(console login\)$/, "console"],
  [/\(credential_process\)$/, "process"],
  [/\(keys in a file\)$/, "file"],
  [/^environment$/, "environment"],
  [/^caller role /, "session"],
  [/^(container endpoint|instance metadata|web identity)/, "machine"],
];
