import type { CallError } from "./call-error.ts";
import { profileFault } from "./profile-faults.ts";
import { type ProfileKind, profileKind } from "./profile-kind.ts";
import { defaultProfile, type Environment, type Section, type SharedConfig } from "./shared-config-files.ts";

/** Which source is configured, and so the only one that is asked. */
export type CredentialPlan =
  | {
      readonly kind: ProfileKind;
      readonly profile: string;
      readonly settings: Section;
      /** The profile that a person has to log in to: this one, or one that it takes its source from. */
      readonly login?: { readonly kind: "sso" | "console"; readonly profile: string };
      /** Why there is no need to ask. */
      readonly fault?: CallError;
    }
  /** AWS's chain goes on past the profiles. `profile` is one that was asked for and holds no credentials. */
  | {
      readonly kind: RemoteKind;
      readonly profile?: string;
      /** Why the default profile, which nobody asked for, was passed over. */
      readonly fault?: CallError;
    };

/** `instance`: nothing is configured, and this may be an EC2 instance with a role. */
export type RemoteKind = "web_identity_variables" | "container" | "instance_endpoint" | "instance";

/**
 * Decides which source is asked, in the order of AWS's chain: profile, web identity, container, instance.
 * A profile that was asked for and is broken is never passed over for the machine's own role: whoever named it would
 * see another account's answers. `asked` must exist in `shared`.
 */
export function planCredentials(
  env: Environment,
  shared: SharedConfig,
  asked: string | undefined,
): CredentialPlan {
  const profile = asked ?? defaultProfile;
  const settings = shared.credentialProfile(profile);
  const kind = settings === undefined ? undefined : profileKind(settings);
  const found = kind === undefined ? undefined : profileFault(profile, shared);
  const fault = found === undefined ? {} : { fault: found };
  if (settings !== undefined && kind !== undefined && (kind !== "incomplete" || asked !== undefined)) {
    const login = loginOf(profile, shared);
    return { kind, profile, settings, ...(login === undefined ? {} : { login }), ...fault };
  }
  return { kind: remoteKind(env), ...(asked === undefined ? {} : { profile: asked }), ...fault };
}

function loginOf(profile: string, shared: SharedConfig) {
  const seen = new Set<string>();
  for (let name: string | undefined = profile; name !== undefined && !seen.has(name); ) {
    seen.add(name);
    const section: Section = shared.credentialProfile(name) ?? {};
    const kind = profileKind(section);
    if (kind === "sso" || kind === "console") return { kind, profile: name };
    name = kind === "role" ? section.source_profile : undefined;
  }
  return undefined;
}

function remoteKind(env: Environment): RemoteKind {
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) return "web_identity_variables";
  if (env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI)
    return "container";
  return env.AWS_EC2_METADATA_SERVICE_ENDPOINT ? "instance_endpoint" : "instance";
}

const profileWords: Readonly<Record<ProfileKind, string>> = {
  static: "keys in a file",
  role: "assumed role",
  web_identity: "web identity",
  process: "credential_process",
  sso: "SSO",
  console: "console login",
  incomplete: "incomplete",
};

const remoteWords: Readonly<Record<RemoteKind, string>> = {
  web_identity_variables: "web identity (AWS_WEB_IDENTITY_TOKEN_FILE)",
  container: "container endpoint",
  instance_endpoint: "instance metadata",
  instance: "instance metadata",
};

/** For people: `profile dev (SSO)`, `container endpoint`. Never a secret. */
export function describePlan(plan: CredentialPlan): string {
  return "settings" in plan ? `profile ${plan.profile} (${profileWords[plan.kind]})` : remoteWords[plan.kind];
}

/**
 * What AWS's packages note on credentials about where they came from, for people.
 * It says more than the plan where the chain chose. Source: the feature names of `@aws-sdk/core`.
 */
export function describeFeatures(features: readonly string[]): string | undefined {
  if (features.includes("CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN")) return remoteWords.web_identity_variables;
  if (features.includes("CREDENTIALS_HTTP")) return remoteWords.container;
  if (features.includes("CREDENTIALS_IMDS")) return remoteWords.instance;
  return undefined;
}
