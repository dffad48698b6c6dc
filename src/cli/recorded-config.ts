import type { Config, ConfigReading, Environment } from "../config.ts";
import { endpointVariables } from "../settings/aws-variables.ts";
import { appliesTo, type Setting } from "../settings/setting.ts";
import { settingEntries } from "../settings/settings.ts";

/**
 * The configuration of a server over stdio for which nothing is set but, perhaps, the profile, which may be any text.
 * Absent where something has to be checked: that takes a library which takes its time.
 */
export function recordedConfig(
  argv: readonly string[],
  env: Environment,
  config: Config | undefined,
): (ConfigReading & { readonly kind: "run" }) | undefined {
  if (config === undefined || argv.length > 0) return undefined;
  const given = settingEntries.filter(([, setting]) => isSet(setting, env)).map(([name]) => name);
  if (given.some((name) => name !== "profile")) return undefined;
  if (endpointVariables.some((name) => (env[name]?.trim() ?? "") !== "")) return undefined;
  const profile = env.AWS_PROFILE?.trim();
  return {
    kind: "run",
    command: "stdio",
    operands: [],
    config: given.length === 0 || profile === undefined ? config : { ...config, profile },
  };
}

function isSet(setting: Setting, env: Environment): boolean {
  const { variable } = setting;
  return variable !== undefined && appliesTo(setting, "stdio") && (env[variable]?.trim() ?? "") !== "";
}
