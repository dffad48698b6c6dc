import type { Section } from "./shared-config-files.ts";

/** A profile's way to credentials. `incomplete`: it has some of the settings of one, and not all. */
export type ProfileKind = "static" | "role" | "web_identity" | "process" | "sso" | "console" | "incomplete";

/** In the order in which AWS's `fromIni` looks; nothing where the section has to do with no source. */
export function profileKind(section: Section): ProfileKind | undefined {
  const { role_arn, source_profile, credential_source } = section;
  if (role_arn && Boolean(source_profile) !== Boolean(credential_source)) return "role";
  if (section.aws_access_key_id && section.aws_secret_access_key) return "static";
  if (role_arn && section.web_identity_token_file) return "web_identity";
  if (section.credential_process) return "process";
  if (ssoKeys.some((key) => section[key])) return "sso";
  if (section.login_session) return "console";
  return partKeys.some((key) => section[key]) ? "incomplete" : undefined;
}

export const ssoKeys = [
  "sso_session",
  "sso_start_url",
  "sso_account_id",
  "sso_region",
  "sso_role_name",
] as const;

export const partKeys = [
  "aws_access_key_id",
  "aws_secret_access_key",
  "role_arn",
  "source_profile",
  "credential_source",
  "web_identity_token_file",
] as const;
