import { parseArgs } from "node:util";
import { z } from "zod";
import { isLoopback } from "./aws/endpoint.ts";
import { nearest } from "./nearest.ts";
import { type Command, commands, type Setting, type SettingName, settings } from "./settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const seconds = z.coerce.number().positive().max(600);

const configSchema = z
  .object({
    help: z.boolean(),
    version: z.boolean(),
    json: z.boolean(),
    simulate: z.boolean(),
    profile: z.string().min(1).optional(),
    host: z.string().min(1),
    port: z.coerce.number().int().min(0).max(65535),
    path: z.string().regex(/^\/[\w\-./]*$/, "must begin with / and hold letters, digits and -_./ only"),
    allowedHosts: z.array(
      z.string().regex(/^[a-z0-9.-]+$|^\[[0-9a-f:]+\]$/i, "must be a host name, without port"),
    ),
    allowedOrigins: z.array(
      z.string().regex(/^https?:\/\/[^/\s]+$/i, "must be like https://app.example, without a path"),
    ),
    authToken: z.string().min(16, "must have at least 16 characters").optional(),
    logLevel: z.enum(["debug", "info", "warn", "error", "silent"]),
    logFormat: z.enum(["auto", "text", "json"]),
    attemptTimeout: seconds,
    callTimeout: seconds,
    /** Absent: the profile decides, else 3. */
    maxAttempts: z.coerce.number().int().min(1).max(20).optional(),
  })
  .superRefine((config, context) => {
    if (config.authToken === undefined && !isLoopback(bracketed(config.host))) {
      context.issues.push({
        code: "custom",
        path: ["host"],
        input: config.host,
        message:
          "is not a loopback address: everyone who reaches it could use this server's AWS rights. Set BDA_MCP_AUTH_TOKEN, or listen on 127.0.0.1",
      });
    }
  });

export type Config = z.output<typeof configSchema>;

export type ConfigReading =
  | {
      readonly ok: true;
      readonly command: Command;
      readonly operands: readonly string[];
      readonly config: Config;
    }
  /** One line a problem: the thing, what is wrong with it, what would be right. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** Flags over environment over defaults. Pure: nothing is read but what is given. */
export function readConfig(argv: readonly string[], env: Environment): ConfigReading {
  const line = readCommandLine(argv);
  const problems = [...line.problems];
  const raw: Record<string, unknown> = {};
  const given = new Map<string, string>();
  for (const [name, setting] of settingEntries) {
    const fromFlag = line.values.get(name);
    const variable = setting.variable === undefined ? undefined : env[setting.variable]?.trim();
    if (fromFlag !== undefined) {
      raw[name] = fromFlag;
      given.set(name, `--${setting.flag}`);
    } else if (variable !== undefined && variable !== "" && applies(setting, line.command)) {
      const value = fromVariable(setting, variable);
      if (value === undefined) problems.push(`${setting.variable} must be true or false.`);
      raw[name] = value ?? false;
      given.set(name, setting.variable ?? name);
    } else {
      raw[name] = defaultOf(name, setting);
    }
  }
  const checked = configSchema.safeParse(raw);
  if (!checked.success) {
    for (const issue of checked.error.issues) {
      const name = String(issue.path[0] ?? "");
      problems.push(
        `${given.get(name) ?? name} ${/^(must|is)\b/.test(issue.message) ? "" : "is wrong: "}${issue.message}.`,
      );
    }
  }
  if (problems.length > 0 || !checked.success) return { ok: false, problems };
  return { ok: true, command: line.command, operands: line.operands, config: checked.data };
}

const settingEntries = Object.entries(settings) as [SettingName, Setting][];

function applies(setting: Setting, command: Command): boolean {
  return setting.commands?.includes(command) ?? true;
}

function defaultOf(name: SettingName, setting: Setting): unknown {
  if (setting.type === "list") return [];
  if (setting.type === "switch") return false;
  return name === "maxAttempts" ? undefined : setting.default;
}

function fromVariable(setting: Setting, value: string): unknown {
  if (setting.type === "list")
    return value
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  if (setting.type === "text") return value;
  if (/^(true|1|yes|on)$/i.test(value)) return true;
  return /^(false|0|no|off)$/i.test(value) ? false : undefined;
}

/** `[::1]` for `::1`: as a URL has it. */
function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

interface CommandLine {
  readonly command: Command;
  readonly operands: readonly string[];
  readonly values: ReadonlyMap<SettingName, unknown>;
  readonly problems: readonly string[];
}

function readCommandLine(argv: readonly string[]): CommandLine {
  const problems: string[] = [];
  const values = new Map<SettingName, unknown>();
  const words: string[] = [];
  const options = Object.fromEntries(
    settingEntries.flatMap(([, { flag, short, type }]) =>
      flag === undefined
        ? []
        : [[flag, { type: type === "switch" ? "boolean" : "string", ...(short ? { short } : {}) } as const]],
    ),
  );
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const found = settingEntries.find(([, { flag }]) => flag === token.name);
    if (found === undefined) {
      problems.push(unknownFlag(token.rawName));
      continue;
    }
    const [name, { type }] = found;
    if (type === "switch") {
      if (token.value !== undefined) problems.push(`${token.rawName} takes no value.`);
      values.set(name, true);
    } else if (token.value === undefined || (!token.inlineValue && token.value.startsWith("--"))) {
      problems.push(`${token.rawName} needs a value: ${token.rawName} <${found[1].placeholder ?? "value"}>.`);
    } else if (type === "list") {
      values.set(name, [...((values.get(name) as string[] | undefined) ?? []), token.value]);
    } else {
      values.set(name, token.value);
    }
  }
  const [first, ...rest] = words;
  const command = commands.find((name) => name === first);
  if (first !== undefined && command === undefined) {
    const guess = nearest(first, commands);
    problems.push(
      `There is no command ${JSON.stringify(first)}.${guess === undefined ? "" : ` Did you mean ${guess}?`} The commands are ${commands.join(", ")}.`,
    );
  }
  for (const [name, setting] of settingEntries) {
    if (values.has(name) && !applies(setting, command ?? "stdio")) {
      problems.push(
        `--${setting.flag} belongs to ${setting.commands?.join(" and ")}, not to ${command ?? "stdio"}.`,
      );
    }
  }
  return { command: command ?? "stdio", operands: rest, values, problems };
}

function unknownFlag(given: string): string {
  const flags = settingEntries.flatMap(([, { flag }]) => (flag === undefined ? [] : [`--${flag}`]));
  const guess = nearest(given, flags);
  return `There is no flag ${JSON.stringify(given)}.${guess === undefined ? " See --help." : ` Did you mean ${guess}?`}`;
}
