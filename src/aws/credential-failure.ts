import { CallError, type CallErrorFacts } from "./call-error.ts";
import { permissionFailure } from "./credential-permission.ts";
import { type CredentialPlan, describePlan } from "./credential-plan.ts";
import { systemCodeOf } from "./shared-config-files.ts";

/**
 * Why the planned source gave no credentials: a pure function of what was thrown, and of what AWS's chain noted of
 * each link that it passed over (`notes`), because it throws only that none was left.
 * AWS's packages flatten what went wrong into words, and those may hold what a process or a server printed. So words
 * are only compared with known ones; what is passed on is a service's own name for its error, its words, a system's
 * code, and sentences written here. For the same reason there is no `cause`.
 */
export function credentialFailure(
  thrown: unknown,
  plan: CredentialPlan,
  notes: readonly string[] = [],
): CallError {
  const facts = planFacts(plan);
  if (thrown instanceof CallError) return (tooSlow(thrown) ?? thrown).with(facts);
  const permission = permissionFailure(thrown) ?? permissionFailure(new Error(notes.join("\n")));
  if (permission !== undefined) return permission.with(facts);
  const seen = readThrown(thrown, notes);
  if (loginHasExpired(seen, plan)) return loginExpired(plan, facts, seen.facts);
  if (plan.kind === "instance") return plan.fault ?? noCredentials(plan);
  return new CallError("credentials_failed", `The source of the credentials ${reasonOf(seen, plan)}.`, {
    ...facts,
    ...seen.facts,
  });
}

/** A deadline's `timeout`, which would read as though AWS had been called. */
export function tooSlow({ code, facts }: CallError): CallError | undefined {
  if (code !== "timeout") return undefined;
  const within = facts.timeoutMs === undefined ? "in time" : `within ${facts.timeoutMs / 1000} s`;
  return new CallError(
    "credentials_failed",
    `The source of the credentials has not answered ${within}.`,
    facts,
  );
}

function planFacts(plan: CredentialPlan): CallErrorFacts {
  return {
    credentialSource: describePlan(plan),
    ...(plan.profile === undefined ? {} : { profile: plan.profile }),
  };
}

function noCredentials({ profile }: CredentialPlan): CallError {
  return profile === undefined
    ? new CallError("no_credentials", "No source has credentials.")
    : new CallError("no_credentials", "The profile holds no credentials, and no other source has any.", {
        profile,
      });
}

function loginExpired(plan: CredentialPlan, facts: CallErrorFacts, seen: CallErrorFacts): CallError {
  const login = "settings" in plan ? plan.login : undefined;
  return new CallError("login_expired", "The login that the credentials rest on has expired.", {
    ...facts,
    ...seen,
    ...(login === undefined ? {} : { login: login.kind, profile: login.profile }),
  });
}

interface Seen {
  /** For comparing only; never passed on. */
  readonly words: string;
  /** What may be passed on. */
  readonly facts: CallErrorFacts;
}

const maxMessage = 500;

function readThrown(thrown: unknown, notes: readonly string[]): Seen {
  const message = thrown instanceof Error ? thrown.message : "";
  const words = [message, ...notes].join("\n");
  if (thrown instanceof Error && "$fault" in thrown) {
    return { words, facts: serviceFacts(thrown.name, message, metadataOf(thrown)) };
  }
  // A refusal of the SSO portal arrives as `Name: words` in the message of another error.
  const flattened = /^([A-Z]\w*(?:Exception|Fault)): (.*)$/s.exec(message);
  if (flattened !== null) return { words, facts: serviceFacts(flattened[1] ?? "", flattened[2] ?? "", {}) };
  const systemCode = systemCodeOf(thrown) ?? systemCodes.exec(words)?.[0];
  const httpStatus = /Server responded with status: (\d{3})\b/.exec(words)?.[1] ?? statusCodeOf(thrown);
  return {
    words,
    facts: {
      ...(systemCode === undefined ? {} : { systemCode }),
      ...(httpStatus === undefined ? {} : { httpStatus: Number(httpStatus) }),
    },
  };
}

/** What an instance's metadata answered. */
function statusCodeOf(thrown: unknown): number | undefined {
  return thrown instanceof Error && "statusCode" in thrown && typeof thrown.statusCode === "number"
    ? thrown.statusCode
    : undefined;
}

const systemCodes =
  /\b(ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|ENOENT|EACCES|CERT_HAS_EXPIRED|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE)\b/;

/** Words of such a length are tokens: what a service was sent, and quotes. */
const tokens = /[\w+/=.~%-]{100,}/g;

/** A refused signature is explained with the whole request, and that has the session token in it. */
function serviceFacts(name: string, message: string, more: CallErrorFacts): CallErrorFacts {
  const awsMessage = /signature/i.test(name) ? "" : message.replace(tokens, "[removed]").slice(0, maxMessage);
  return { awsErrorName: name.slice(0, 100), ...(awsMessage === "" ? {} : { awsMessage }), ...more };
}

function metadataOf(thrown: Error): CallErrorFacts {
  const metadata: unknown = "$metadata" in thrown ? thrown.$metadata : undefined;
  if (typeof metadata !== "object" || metadata === null) return {};
  const { httpStatusCode, requestId } = metadata as { httpStatusCode?: unknown; requestId?: unknown };
  return {
    ...(typeof httpStatusCode === "number" ? { httpStatus: httpStatusCode } : {}),
    ...(typeof requestId === "string" ? { requestId: requestId.slice(0, 128) } : {}),
  };
}

function loginHasExpired({ words, facts }: Seen, plan: CredentialPlan): boolean {
  if (!("settings" in plan)) return false;
  const awsErrorName = facts.awsErrorName ?? "";
  // The keys that a role is assumed with, or that stand in a file, were temporary.
  if (/^ExpiredToken(Exception)?$/.test(awsErrorName)) return plan.kind === "role";
  if (plan.login?.kind === "sso") {
    return (
      awsErrorName === "UnauthorizedException" ||
      /run '?aws sso login|SSO session associated .* (expired|invalid)|Token is expired/i.test(words)
    );
  }
  if (plan.login?.kind !== "console") return false;
  // AWS's package asks for a new login even where it only could not reach AWS.
  const unreachable = facts.systemCode !== undefined && facts.systemCode !== "ENOENT";
  return !unreachable && /re-?authenticate|failed to load token/i.test(words);
}

/** Completes "The source of the credentials …". */
function reasonOf({ words, facts }: Seen, plan: CredentialPlan): string {
  if (facts.awsErrorName !== undefined) return "was refused by AWS";
  const reasons = "settings" in plan ? profileReasons : remoteReasons;
  const known = reasons.find(([pattern]) => pattern.test(words));
  if (known !== undefined) return known[1];
  if (facts.httpStatus !== undefined) return `answered with HTTP status ${facts.httpStatus}`;
  if (facts.systemCode === "ENOENT") return "names a file that does not exist";
  if (facts.systemCode !== undefined) return `failed with ${facts.systemCode}`;
  return "gave no usable answer";
}

type Reasons = readonly (readonly [RegExp, string])[];

const profileReasons: Reasons = [
  [
    /could not resolve credentials using profile/i,
    "is a profile, or takes its source from one, that has no complete credential settings",
  ],
  [/cycle attempting to resolve/i, "takes its source from itself: source_profile goes in a circle"],
  [/multi-factor authentication/i, "needs an MFA code (mfa_serial), which a server cannot ask for"],
  [/unsupported credential source/i, "has a credential_source that AWS does not know"],
  [/sso session .* (could not be found|missing)/i, "names an sso-session that is missing or incomplete"],
  [
    /invalid SSO credentials|conflicting SSO/i,
    "has SSO settings that are incomplete or contradict each other",
  ],
  [
    /credential_process returned invalid JSON/i,
    "takes its source from a credential_process that did not print one JSON object",
  ],
  [
    /credential_process did not return Version 1/i,
    "takes its source from a credential_process that did not print Version 1",
  ],
  [
    /credential_process returned invalid credentials/i,
    "takes its source from a credential_process that did not print an AccessKeyId and a SecretAccessKey",
  ],
  [
    /credential_process returned expired credentials/i,
    "takes its source from a credential_process that printed keys that have expired",
  ],
  [/command failed|credential_process/i, "takes its source from a credential_process that failed"],
];

const remoteReasons: Reasons = [
  [/metadata service access disabled/i, "is switched off by AWS_EC2_METADATA_DISABLED"],
  [
    /not of the required format|invalid response received/i,
    "answered with JSON that has no whole credentials",
  ],
  [/JSON/, "did not answer with JSON"],
  [/URL not accepted/i, "is at an address that is neither https nor a container's own"],
];
