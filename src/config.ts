import { z } from "zod";
import { partitionOfRegion } from "./aws/partitions.ts";
import { callerProblems, isRoleArn, readCallerTag } from "./caller-config.ts";
import { type CommandLine, readCommandLine, splitList } from "./command-line.ts";
import { accessProblems, namedTokens, trustedUrl } from "./config-access.ts";
import type { Command } from "./settings/commands.ts";
import { appliesTo, type Setting } from "./settings/setting.ts";
import { longestWaitSeconds, type SettingName, settingEntries } from "./settings/settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

function wholeNumber(least: number, most: number, unit = "") {
  const error = `must be a whole number${unit} from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, error)
    .transform(Number)
    .pipe(z.number().min(least, error).max(most, error));
}

const secondsError = "must be a number of seconds over 0, at most 600";
const seconds = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, secondsError)
  .transform(Number)
  .pipe(z.number().positive(secondsError).max(600, secondsError));

function oneOf<const Word extends string>(words: readonly Word[]) {
  const error = `must be ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  return z
    .string()
    .toLowerCase()
    .pipe(z.enum(words, { error: () => error }));
}

const configSchema = z.object({
  json: z.boolean(),
  simulate: z.boolean(),
  profile: z.string().optional(),
  host: z
    .string()
    .regex(/^[\w.-]+$|^\[?[\da-f:.]*:[\da-f:.]*\]?$/i, "must be a host name or address, without port")
    .transform((host) => host.replace(/^\[|\]$/g, "").toLowerCase()),
  port: wholeNumber(0, 65535),
  path: z.string().regex(/^\/[\w\-./]*$/, "must begin with / and hold letters, digits and -_./ only"),
  allowedHosts: z.array(
    z.string().regex(/^[a-z0-9.-]+$|^\[[0-9a-f:]+\]$|^\*$/i, "must be a host name, without port, or *"),
  ),
  allowedOrigins: z.array(
    z.string().regex(/^https?:\/\/[^/\s]+$/i, "must be like https://app.example, without a path"),
  ),
  /** Absent: no figures. */
  metrics: z
    .union([z.literal("same"), wholeNumber(0, 65535)], {
      error: () => "must be a port from 0 to 65535, or same",
    })
    .optional(),
  behindAuth: z.boolean(),
  authToken: namedTokens.optional(),
  oidcIssuer: trustedUrl("https://login.example.com").optional(),
  oidcAudiences: z.array(z.string().max(500, "must have at most 500 characters")),
  publicUrl: trustedUrl("https://mcp.example.com/mcp").optional(),
  allowedAccounts: z.array(z.string().regex(/^\d{12}$/, "must be an account's twelve digits")),
  allowedRegions: z.array(
    z
      .string()
      .toLowerCase()
      .refine((region) => partitionOfRegion(region) !== undefined, "must be a region, like us-east-1"),
  ),
  maxInFlight: wholeNumber(1, 100_000),
  maxInFlightPerCaller: wholeNumber(1, 100_000),
  maxWaits: wholeNumber(1, 100_000),
  maxWaitsPerCaller: wholeNumber(1, 100_000),
  drainSeconds: wholeNumber(0, 3_600, " of seconds"),
  callerRole: z
    .string()
    .refine(isRoleArn, "must be the ARN of an IAM role, like arn:aws:iam::111122223333:role/bda-readers")
    .optional(),
  callerTags: z
    .array(z.string().transform(readCallerTag))
    .max(50, "must be fifty or fewer: AWS takes no more session tags")
    .refine(
      (tags) => new Set(tags.map(({ key }) => key.toLowerCase())).size === tags.length,
      "must name each key once: AWS tells them apart without regard to case",
    ),
  /** Seconds. Absent: do not wait. */
  wait: wholeNumber(1, longestWaitSeconds, " of seconds").optional(),
  text: z.boolean(),
  /** Absent: all of them. */
  segment: wholeNumber(0, 100_000).optional(),
  // A switch in a form, as Claude Desktop shows it, says true or false.
  results: z
    .string()
    .transform((word) => ({ true: "on", false: "off" })[word.toLowerCase()] ?? word)
    .pipe(oneOf(["on", "off"])),
  allowedBuckets: z.array(
    z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be the name of a bucket, without s3://"),
  ),
  bucketOwner: z
    .string()
    .regex(/^\d{12}$/, "must be an account's twelve digits")
    .optional(),
  output: z
    .string()
    .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?$/s, "must be like s3://bucket/prefix/")
    .optional(),
  kmsKey: z
    .string()
    .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, "must be the ARN of a KMS key")
    .optional(),
  maxResultBytes: wholeNumber(1024, 999_999_999),
  taskKey: z.string().min(16, "must have at least 16 characters").optional(),
  logLevel: oneOf(["debug", "info", "warn", "error", "silent"]),
  logFormat: oneOf(["auto", "text", "json"]),
  attemptTimeout: seconds,
  callTimeout: seconds,
  /** Absent: the profile decides, else 3. */
  maxCallsPerSecond: wholeNumber(1, 100_000),
  maxAttempts: wholeNumber(1, 100).optional(),
});

/** Every setting, checked; seconds and bytes as numbers. */
export type Config = z.output<typeof configSchema>;

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
