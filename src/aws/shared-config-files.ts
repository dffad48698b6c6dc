import { readFile } from "node:fs/promises";
import { devNull, homedir } from "node:os";
import { join } from "node:path";
import { CallError } from "./call-error.ts";
import { permissionFailure, readingEnvironment } from "./credential-permission.ts";

/** The process's environment: AWS's own packages read that, so nothing else may be handed in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of one section, by key. A nested one has its parent's key before it: `sts.endpoint_url`. */
export type Section = Readonly<Record<string, string | undefined>>;

/** What AWS's two shared files say, read once. */
export interface SharedConfig {
  /** A profile for credentials: where both files have a key, the credentials file's counts. */
  credentialProfile(name: string): Section | undefined;
  /** A profile for all other settings: where both files have a key, the config file's counts. */
  settingsProfile(name: string): Section | undefined;
  /** A `[services name]` section of the config file. */
  services(name: string): Section | undefined;
  /** An `[sso-session name]` section of the config file. */
  ssoSession(name: string): Section | undefined;
}

type Sections = Readonly<Record<string, Section>>;

export const defaultProfile = "default";

/** Nothing is configured. */
const noSharedConfig = sharedConfig({}, {});

/**
 * Reads `~/.aws/config` and `~/.aws/credentials`, or the files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE
 * name, anew every time. A file that does not exist is an empty one, as for AWS's own tools; AWS's loader is imported
 * only when there is a file.
 * @throws CallError `runtime_permission`; `credentials_failed` where a file exists and cannot be read
 */
export async function loadSharedConfig(env: Environment): Promise<SharedConfig> {
  const { configPath, credentialsPath } = readingEnvironment(() => sharedConfigPaths(env));
  const [hasConfig, hasCredentials] = await Promise.all([
    isThere(configPath, "AWS_CONFIG_FILE", env.AWS_CONFIG_FILE ? undefined : "~/.aws/config"),
    isThere(
      credentialsPath,
      "AWS_SHARED_CREDENTIALS_FILE",
      env.AWS_SHARED_CREDENTIALS_FILE ? undefined : "~/.aws/credentials",
    ),
  ]);
  if (!hasConfig && !hasCredentials) return noSharedConfig;
  const { loadSharedConfigFiles } = await import("@smithy/shared-ini-file-loader");
  const files = await loadSharedConfigFiles({
    filepath: credentialsPath,
    configFilepath: configPath,
    ignoreCache: true,
  }).catch((thrown: unknown) => {
    // AWS's loader looks at more variables than we do.
    throw permissionFailure(thrown) ?? thrown;
  });
  return sharedConfig(files.configFile, files.credentialsFile);
}

/** Where AWS's tools look: a leading `~/` is the home directory. */
export function sharedConfigPaths(env: Environment): { configPath: string; credentialsPath: string } {
  // Only where it is needed: on Deno the home directory takes permissions.
  const path = (text: string) => (text.startsWith("~/") ? join(homeOf(env), text.slice(2)) : text);
  return {
    configPath: path(env.AWS_CONFIG_FILE || "~/.aws/config"),
    credentialsPath: path(env.AWS_SHARED_CREDENTIALS_FILE || "~/.aws/credentials"),
  };
}

/** The failure that says which profile was asked for and is in neither file. */
export function profileNotFound(profile: string): CallError {
  return new CallError("credentials_failed", "The profile that was asked for is in neither of AWS's files.", {
    profile,
    credentialSource: `profile ${profile}`,
    setting: "AWS_PROFILE",
  });
}

function sharedConfig(config: Sections, credentials: Sections): SharedConfig {
  const merged = (name: string, first: Sections, last: Sections) =>
    Object.hasOwn(first, name) || Object.hasOwn(last, name) ? { ...first[name], ...last[name] } : undefined;
  return {
    credentialProfile: (name) => merged(name, config, credentials),
    settingsProfile: (name) => merged(name, credentials, config),
    services: (name) => merged(`services.${name}`, {}, config),
    ssoSession: (name) => merged(`sso-session.${name}`, {}, config),
  };
}

function homeOf(env: Environment): string {
  if (env.HOME) return env.HOME;
  if (env.USERPROFILE) return env.USERPROFILE;
  if (env.HOMEPATH) return `${env.HOMEDRIVE ?? "C:\\"}${env.HOMEPATH}`;
  return homedir();
}

/**
 * By reading it: AWS's loader takes a file that it cannot read for an empty one. `usual` is what people call it where
 * its place was not set.
 */
async function isThere(path: string, setting: string, usual: string | undefined): Promise<boolean> {
  // How a person says that there is none; on Deno, to read it takes a permission.
  if (path === devNull) return false;
  try {
    await readFile(path);
    return true;
  } catch (thrown) {
    const permission = permissionFailure(thrown);
    if (permission !== undefined) throw permission;
    const systemCode = systemCodeOf(thrown);
    if (systemCode === "ENOENT" || systemCode === "ENOTDIR") return false;
    throw new CallError(
      "credentials_failed",
      `${usual ?? `The file that ${setting} names`} is there and cannot be read${systemCode === undefined ? "" : ` (${systemCode})`}.`,
      { setting, ...(systemCode === undefined ? {} : { systemCode }) },
      { cause: thrown },
    );
  }
}

/** `ENOENT` and its like. */
export function systemCodeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error &&
    "code" in thrown &&
    typeof thrown.code === "string" &&
    /^[A-Z][A-Z0-9_]{2,60}$/.test(thrown.code)
    ? thrown.code
    : undefined;
}
