import { CallError } from "./call-error.ts";
import { readingEnvironment } from "./credential-permission.ts";
import type { ProfileEndpoints } from "./endpoint.ts";
import {
  defaultProfile,
  type Environment,
  loadSharedConfig,
  profileNotFound,
  type Section,
  type SharedConfig,
} from "./shared-config-files.ts";

/** What a profile in AWS's shared files decides, beside credentials. */
export interface ProfileSettings extends ProfileEndpoints {
  /** Calls in all, the first included. */
  readonly maxAttempts?: number;
  readonly region?: string;
}

export interface ProfileChoice {
  /** The process's environment. */
  readonly env: Environment;
  /** By flag; without it AWS_PROFILE counts, and then `default`. */
  readonly profile?: string;
}

/**
 * The settings of the profile in use; empty where none is configured.
 * A profile that was asked for must exist. Without one, files that Deno keeps from being read are no reason to fail.
 * @throws CallError `credentials_failed` for a profile that does not exist, `configuration` for a value that AWS does
 * not know, `runtime_permission`
 */
export async function loadProfileSettings(choice: ProfileChoice): Promise<ProfileSettings> {
  const profile = askedProfile(choice);
  try {
    return readProfileSettings(await loadSharedConfig(choice.env), profile);
  } catch (thrown) {
    if (profile === undefined && thrown instanceof CallError && thrown.code === "runtime_permission") {
      return {};
    }
    throw thrown;
  }
}

/** The profile that a person asked for, by flag or variable. */
export function askedProfile({ env, profile }: ProfileChoice): string | undefined {
  return profile || readingEnvironment(() => env.AWS_PROFILE) || undefined;
}

/**
 * The same, from files that have been read. Source: AWS SDKs and Tools reference, and how
 * `@smithy/core` reads these keys; but a value that it passes over in silence is an error here.
 * @throws CallError
 */
function readProfileSettings(shared: SharedConfig, asked: string | undefined): ProfileSettings {
  const section = shared.settingsProfile(asked ?? defaultProfile);
  if (section === undefined) {
    if (asked !== undefined) throw profileNotFound(asked);
    return {};
  }
  const facts = { profile: asked ?? defaultProfile };
  const wrong: Wrong = (setting, why) => {
    const given = section[setting];
    return new CallError("configuration", `${setting} in the profile ${why}.`, {
      ...facts,
      setting,
      ...(given === undefined ? {} : { given }),
    });
  };
  const flag = (key: string): boolean | undefined => {
    const value = section[key];
    if (value === undefined) return undefined;
    if (!/^(true|false)$/i.test(value)) throw wrong(key, "must be true or false");
    return value.toLowerCase() === "true";
  };
  const maxAttempts = readMaxAttempts(section, wrong);
  const useFipsEndpoint = flag("use_fips_endpoint");
  const useDualstackEndpoint = flag("use_dualstack_endpoint");
  const ignoreConfiguredEndpointUrls = flag("ignore_configured_endpoint_urls");
  const serviceEndpointUrls = readServices(shared, section, wrong);
  // Of all settings, AWS takes this one from the credentials file first.
  const region = shared.credentialProfile(facts.profile)?.region;
  return {
    ...facts,
    ...(section.endpoint_url === undefined ? {} : { endpointUrl: section.endpoint_url }),
    ...(serviceEndpointUrls === undefined ? {} : { serviceEndpointUrls }),
    ...(useFipsEndpoint === undefined ? {} : { useFipsEndpoint }),
    ...(useDualstackEndpoint === undefined ? {} : { useDualstackEndpoint }),
    ...(ignoreConfiguredEndpointUrls === undefined ? {} : { ignoreConfiguredEndpointUrls }),
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
    ...(region === undefined ? {} : { region }),
  };
}

type Wrong = (setting: string, why: string) => CallError;

function readMaxAttempts({ max_attempts }: Section, wrong: Wrong): number | undefined {
  if (max_attempts === undefined) return undefined;
  const attempts = /^\d{1,4}$/.test(max_attempts) ? Number(max_attempts) : 0;
  if (attempts < 1) throw wrong("max_attempts", "must be a whole number from 1");
  return attempts;
}

/** Endpoints by service id in snake case, from the `[services …]` section that the profile names. */
function readServices(
  shared: SharedConfig,
  { services }: Section,
  wrong: Wrong,
): Readonly<Record<string, string>> | undefined {
  if (services === undefined) return undefined;
  const section = shared.services(services);
  if (section === undefined) throw wrong("services", "names a section that the config file does not have");
  const suffix = ".endpoint_url";
  const urls = Object.entries(section).flatMap(([key, url]) =>
    key.endsWith(suffix) && url !== undefined ? [[key.slice(0, -suffix.length), url] as const] : [],
  );
  return Object.fromEntries(urls);
}
