import type { CallErrorCode } from "../aws/call-error.ts";
import { type CallFailureRow, profileFlag, profileOf, sourceText } from "./call-failures-common.ts";
import { renewal } from "./credential-remedies.ts";
import { cleanText } from "./quote.ts";

type BeforeTheCallCode = Extract<
  CallErrorCode,
  "no_credentials" | "login_expired" | "credentials_failed" | "runtime_permission" | "configuration"
>;

/** No call was made: credentials, permissions or settings of this server are missing. */
export const answersBeforeTheCall: Readonly<Record<BeforeTheCallCode, CallFailureRow>> = {
  no_credentials: ({ facts, message }) => {
    const profile = profileOf(facts);
    return {
      meaning: `This server found no AWS credentials${profile === undefined ? "" : ` in profile ${profile}`}, so no call was made.${facts.setting === undefined ? "" : ownWords(message)}`,
      whoMustAct: "server_operator",
      remedy:
        "Where this server is started, set AWS_PROFILE (or --profile) to a profile of ~/.aws, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, with AWS_SESSION_TOKEN for temporary keys. A host on a desktop does not see the shell's variables: put them into its own configuration of this server (env).",
      tryAgain: "after_fix",
    };
  },

  login_expired: ({ facts }) => ({
    meaning: `The login behind the credentials${sourceText(facts)} has expired, so no call was made.`,
    whoMustAct: "server_operator",
    remedy: renewal(facts),
    tryAgain: "after_fix",
  }),

  credentials_failed: ({ facts, message }) => ({
    meaning: `A source of AWS credentials is configured${sourceText(facts)} and does not work, so no call was made.${ownWords(message)}`,
    whoMustAct: "server_operator",
    remedy: `Correct it where it is configured; aws sts get-caller-identity${profileFlag(facts)} shows whether it works.`,
    tryAgain: "after_fix",
  }),

  runtime_permission: ({ facts }) => {
    const flag = cleanText(
      facts.missingPermission ?? "--allow-env --allow-net --allow-read --allow-sys",
      200,
    );
    return {
      meaning: `Deno was started without ${flag}, which is needed for this call.`,
      whoMustAct: "server_operator",
      remedy: `Start the server with ${flag} added to deno run's flags, before the script's name.`,
      tryAgain: "after_fix",
    };
  },

  configuration: ({ facts, message }) => {
    const setting = facts.setting === undefined ? undefined : cleanText(facts.setting, 100);
    return {
      meaning: `${setting === undefined ? "A setting" : `The setting ${setting}`} of this server cannot be used, so no call was made.${ownWords(message)}`,
      whoMustAct: "server_operator",
      remedy: `Correct ${setting ?? "it"} where this server is started (environment, flags or profile), then restart it.`,
      tryAgain: "after_fix",
    };
  },
};

function ownWords(message: string | undefined): string {
  return message === undefined ? "" : ` ${cleanText(message, 300)}`;
}
