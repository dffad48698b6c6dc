import { type CommandLine, readCommandLine, splitList } from "./command-line.ts";
import { accessProblems } from "./config-access.ts";
import { callerProblems } from "./config-callers.ts";
import { endpointProblems } from "./config-endpoints.ts";
import { type Config, configSchema } from "./config-schema.ts";
import type { Command } from "./settings/commands.ts";
import { appliesTo, type Setting } from "./settings/setting.ts";
import { type SettingName, settingEntries } from "./settings/settings.ts";

export type { Config } from "./config-schema.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command line comes to. */
export type ConfigReading =
  | {
      readonly kind: "run";
      readonly command: Command;
      readonly operands: readonly string[];
      readonly config: Config;
    }
  /** Help and version are given whatever else is wrong. `command` is absent where none was named. */
  | { readonly kind: "help"; readonly command?: Command; readonly simulate: boolean }
  | { readonly kind: "version" }
  /** One line a problem: the thing, what is wrong with it, what would be right. */
  | { readonly kind: "wrong"; readonly problems: readonly string[] };

/** Flags over environment over defaults. Pure: nothing is read but what is given. */
export function readConfig(argv: readonly string[], env: Environment): ConfigReading {
  const line = readCommandLine(argv);
  const { command, named, operands, values } = line;
  if (values.has("help")) {
    return { kind: "help", ...(named ? { command } : {}), simulate: values.has("simulate") };
  }
  if (values.has("version")) return { kind: "version" };
  const checked = check(line, env);
  return checked.kind === "wrong" ? checked : { ...checked, command, operands };
}

export type VariablesReading = Checked | { readonly kind: "wrong"; readonly problems: readonly string[] };

/** The same without a command line, where there is none to be given. */
export function readVariables(command: Command, env: Environment): VariablesReading {
  return check({ command, values: new Map(), problems: [] }, env);
}

interface Checked {
  readonly kind: "run";
  readonly config: Config;
}

function check(
  line: Pick<CommandLine, "command" | "values" | "problems">,
  env: Environment,
): VariablesReading {
  const given = gather(line, env);
  const checked = configSchema.safeParse(Object.fromEntries(given.map(({ name, value }) => [name, value])));
  const of = (name: SettingName) =>
    given.find((one) => one.name === name) ?? { source: name, value: undefined };
  const problems = [...line.problems, ...given.flatMap(({ problem }) => problem ?? [])];
  for (const { path, message } of checked.error?.issues ?? []) {
    const source = given.find(({ name }) => name === path[0]);
    problems.push(wrongValue(source, path[1], message));
  }
  if (checked.error?.issues.every(({ path }) => path[0] !== "host") ?? true)
    problems.push(...accessProblems(of));
  problems.push(...callerProblems(line.command, of));
  problems.push(...endpointProblems(line.command, of, env));
  if (problems.length > 0 || !checked.success) return { kind: "wrong", problems };
  return { kind: "run", config: checked.data };
}

/** A setting's value before it is checked. */
interface Given {
  readonly name: string;
  readonly setting: Setting;
  /** The flag or variable that it came from, or the setting's flag or variable where it is the default. */
  readonly source: string;
  readonly value: unknown;
  readonly problem?: string;
}

function gather({ command, values }: Pick<CommandLine, "command" | "values">, env: Environment): Given[] {
  return settingEntries.map(([name, setting]) => {
    const flag = `--${setting.flag ?? ""}`;
    const { variable } = setting;
    const fromFlag = values.get(name);
    if (fromFlag !== undefined) return { name, setting, source: flag, value: fromFlag };
    // On Deno even a look at a variable that there is not needs a permission.
    const text = variable !== undefined && appliesTo(setting, command) ? env[variable]?.trim() : undefined;
    if (variable === undefined || text === undefined || text === "") {
      return { name, setting, source: flag, value: defaultOf(setting, command) };
    }
    const value = fromVariable(setting, text);
    if (value !== undefined) return { name, setting, source: variable, value };
    return { name, setting, source: variable, value: false, problem: `${variable} must be true or false.` };
  });
}

function defaultOf(setting: Setting, command: Command): unknown {
  if (setting.type === "list") return [];
  if (setting.type === "switch") return false;
  return setting.elsewhere === true ? undefined : (setting.defaultFor?.[command] ?? setting.default);
}

function fromVariable(setting: Setting, value: string): unknown {
  if (setting.type === "list") return splitList(value);
  if (setting.type === "text") return value;
  if (/^(true|1|yes|on)$/i.test(value)) return true;
  return /^(false|0|no|off)$/i.test(value) ? false : undefined;
}

function wrongValue(given: Given | undefined, index: PropertyKey | undefined, message: string): string {
  if (given === undefined) return `${message}.`;
  const { source, setting, value } = given;
  const wrong = Array.isArray(value) ? value[Number(index)] : value;
  const shown =
    setting.secret || typeof wrong !== "string" ? "" : `, not ${JSON.stringify(wrong.slice(0, 80))}`;
  return `${source} ${message}${shown}.`;
}

/** Whether somebody makes sure of who calls: this server, or what stands before it. */
export function callersAreChecked({ authToken, behindAuth, oidcIssuer }: Config): boolean {
  return behindAuth || authToken !== undefined || oidcIssuer !== undefined;
}
