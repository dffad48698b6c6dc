import type { CallErrorCode, CallErrorFacts } from "../aws/call-error.ts";
import { type CallFailureRow, profileFlag, profileOf, sourceText } from "./call-failures-common.ts";
import { notServed } from "./call-failures-not-served.ts";
import { renewal } from "./credential-remedies.ts";
import { cleanText, quoteText } from "./quote.ts";

type BeforeTheCallCode = Extract<
  CallErrorCode,
  | "no_credentials"
  | "login_expired"
  | "credentials_failed"
  | "runtime_permission"
  | "place_not_served"
  | "configuration"
>;

/** No call was made: credentials, permissions or settings are missing. Whoever reads it runs a server, or a command. */
export const answersBeforeTheCall: Readonly<Record<BeforeTheCallCode, CallFailureRow>> = {
  no_credentials: ({ facts, message }) => {
    const profile = profileOf(facts);
    return {
      meaning: `No AWS credentials were found${profile === undefined ? "" : ` in profile ${profile}`}, so no call was made.${facts.setting === undefined ? "" : ownWords(message)}`,
      whoMustAct: "server_operator",
      remedy: `${waysToCredentials(facts)} A host on a desktop does not see the shell's variables: put them into the server's entry in its configuration (env).`,
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
    meaning: `A source of AWS credentials is configured${sourceText(facts)} and does not work, so no call was made.${ownWords(message)}${givenText(facts)}`,
    whoMustAct: "server_operator",
    remedy: `Correct ${fileSetting(facts) ?? "it where it is configured"}; aws sts get-caller-identity${profileFlag(facts)} shows whether it works${facts.timeoutMs === undefined ? "" : " and how long it takes"}.`,
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
      remedy: `Add ${flag} to deno run's flags, before the script's name.`,
      tryAgain: "after_fix",
    };
  },

  place_not_served: notServed,

  configuration: ({ facts, message }) => {
    const setting = settingText(facts);
    return {
      meaning: `${setting === undefined ? "A setting" : `The setting ${setting}`} cannot be used, so no call was made.${ownWords(message)}${givenText(facts)}`,
      whoMustAct: "server_operator",
      remedy: `Correct ${setting ?? "it"} (environment, flags or profile) and restart the program.`,
      tryAgain: "after_fix",
    };
  },
};

/** The half that is missing where there is one, else every way; and Deno's flag, where it kept a way shut. */
function waysToCredentials({ setting, missingPermission }: CallErrorFacts): string {
  const keys =
    setting === undefined
      ? "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, with AWS_SESSION_TOKEN for temporary keys"
      : `${cleanText(setting, 100)} too, with AWS_SESSION_TOKEN for temporary keys`;
  const profile = "AWS_PROFILE (or --profile) to a profile of ~/.aws";
  const ways = setting === undefined ? `Set ${profile}, or ${keys}.` : `Set ${keys}; or set ${profile}.`;
  return missingPermission === undefined
    ? ways
    : `${ways} For the role of an EC2 instance, add ${cleanText(missingPermission, 200)} to deno run's flags.`;
}

function settingText({ profile, setting }: CallErrorFacts): string | undefined {
  if (setting === undefined) return undefined;
  const of = profile === undefined ? "" : ` of profile ${cleanText(profile, 100)}`;
  return `${cleanText(setting, 100)}${of}`;
}

/** A key in one of AWS's files that is wrong or missing. */
function fileSetting(facts: CallErrorFacts): string | undefined {
  return /^[a-z]/.test(facts.setting ?? "") ? settingText(facts) : undefined;
}

function givenText({ given }: CallErrorFacts): string {
  return given === undefined ? "" : ` It is ${quoteText(given, 100)}.`;
}

function ownWords(message: string | undefined): string {
  return message === undefined ? "" : ` ${cleanText(message, 300)}`;
}
