import { nearest } from "../nearest.ts";
import { CallError } from "./call-error.ts";
import { partKeys, profileKind, ssoKeys } from "./profile-kind.ts";
import type { Section, SharedConfig } from "./shared-config-files.ts";

/**
 * Why a profile cannot give credentials, as far as AWS's files show it: a profile or session that it names and that is
 * nowhere, a key that is missing. AWS's packages say so in words of their own, or not at all.
 */
export function profileFault(profile: string, shared: SharedConfig): CallError | undefined {
  const seen = new Set<string>();
  for (let name = profile; !seen.has(name); ) {
    seen.add(name);
    const section: Section = shared.credentialProfile(name) ?? {};
    const isSource = seen.size > 1;
    // As a source, keys go before a role.
    if (isSource && section.aws_access_key_id && section.aws_secret_access_key) return undefined;
    const kind = profileKind(section);
    if (kind === "sso") return ssoFault(name, section, shared);
    if (kind === "incomplete" && !(isSource && section.credential_source)) return lacking(name, section);
    if (kind === undefined && isSource) {
      return fault("The profile has no settings of a source of credentials.", name);
    }
    if (kind !== "role" || section.source_profile === undefined) return undefined;
    if (shared.credentialProfile(section.source_profile) === undefined) {
      const words = "source_profile names a profile that is in neither of AWS's files.";
      return fault(words, name, "source_profile", section.source_profile);
    }
    name = section.source_profile;
  }
  return undefined;
}

function fault(message: string, profile: string, setting?: string, given?: string): CallError {
  return new CallError("credentials_failed", message, {
    profile,
    ...(setting === undefined ? {} : { setting }),
    ...(given === undefined ? {} : { given }),
  });
}

function ssoFault(profile: string, section: Section, shared: SharedConfig): CallError | undefined {
  const { sso_session: name } = section;
  const session = name === undefined ? {} : shared.ssoSession(name);
  if (session === undefined) {
    return fault(
      "sso_session names an sso-session that the config file does not have.",
      profile,
      "sso_session",
      name,
    );
  }
  const missing = ssoRequired.find((key) => !section[key] && !session[key]);
  if (missing === undefined) return undefined;
  const ofSession = name !== undefined && missing !== "sso_account_id" && missing !== "sso_role_name";
  return ofSession
    ? fault(`The sso-session of the profile has no ${missing}.`, profile, missing)
    : without(profile, section, missing);
}

const ssoRequired = ["sso_start_url", "sso_region", "sso_account_id", "sso_role_name"] as const;

/** A profile that has some of the settings of a source, and not all. */
function lacking(profile: string, section: Section): CallError {
  if (section.source_profile && section.credential_source) {
    return fault("The profile has both source_profile and credential_source.", profile, "source_profile");
  }
  if (section.aws_access_key_id) return without(profile, section, "aws_secret_access_key");
  if (section.aws_secret_access_key) return without(profile, section, "aws_access_key_id");
  if (section.role_arn) return without(profile, section, "source_profile");
  return without(profile, section, "role_arn");
}

function without(profile: string, section: Section, missing: string): CallError {
  const meant = Object.keys(section).find((key) => !known.has(key) && nearest(key, [missing]) !== undefined);
  return meant === undefined
    ? fault(`The profile has no ${missing}.`, profile, missing)
    : fault(
        `The profile has no ${missing}, but something that may be meant for it.`,
        profile,
        missing,
        meant,
      );
}

const known: ReadonlySet<string> = new Set([...partKeys, ...ssoKeys, "aws_session_token", "region"]);
