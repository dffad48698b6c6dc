/**
 * Every setting that a person can make, as data: the command line, the environment, the usage text and the README's
 * table are all made from it.
 */
export const commands = ["stdio", "http", "status", "results", "doctor", "iam-policy"] as const;
export type Command = (typeof commands)[number];

/** What a command is for, and the words that it takes after its name. */
export interface CommandInfo {
  readonly description: string;
  /** As the usage text has it. Absent where no word is taken. */
  readonly operands?: { readonly text: string; readonly least: number; readonly most: number };
}

export const commandInfo: Readonly<Record<Command, CommandInfo>> = {
  stdio: {
    description: "Serve MCP over stdin and stdout, to the one client that starts it. This is the default.",
  },
  http: { description: "Serve MCP over Streamable HTTP." },
  status: {
    description: "Tell what AWS says of a job, or of several, and what that means.",
    operands: { text: "<arn> [arn ...]", least: 1, most: Number.POSITIVE_INFINITY },
  },
  results: {
    description: "Tell what a finished job produced, segment by segment, and whether it is any good.",
    operands: { text: "<arn>", least: 1, most: 1 },
  },
  doctor: {
    description:
      "Check this machine's way to AWS: credentials, clock, endpoint; with a job's ARN, the call too.",
    operands: { text: "[arn]", least: 0, most: 1 },
  },
  "iam-policy": {
    description:
      "Print the IAM policy that the server needs, and nothing more; with an ARN, for its account.",
    operands: { text: "[arn]", least: 0, most: 1 },
  },
};

export interface Setting {
  /** The command-line flag without dashes, where there is one. */
  readonly flag?: string;
  /** One letter. */
  readonly short?: string;
  /** The environment variable, where there is one. */
  readonly variable?: string;
  /** A `list` flag may be repeated; in a variable, commas separate. */
  readonly type: "text" | "switch" | "list";
  /** What the flag's value is called in the usage text. */
  readonly placeholder?: string;
  /** The value where the flag stands alone, without one. Absent where it needs one. */
  readonly alone?: string;
  /** As a person would write it. */
  readonly default?: string;
  /** Where a command begins with another value than the rest. */
  readonly defaultFor?: Readonly<Partial<Record<Command, string>>>;
  /** Where nothing is given, another place than this table decides: a profile. */
  readonly elsewhere?: boolean;
  /** Never shown, not even where it is wrong. */
  readonly secret?: boolean;
  /** Absent for all. */
  readonly commands?: readonly Command[];
  readonly description: string;
}

/** A day. */
export const longestWaitSeconds = 86_400;

export const settings = {
  help: { flag: "help", short: "h", type: "switch", description: "Show how to use it." },
  version: { flag: "version", short: "v", type: "switch", description: "Show the version." },
  profile: {
    flag: "profile",
    variable: "AWS_PROFILE",
    type: "text",
    placeholder: "name",
    description: "Profile in ~/.aws whose credentials and settings are used.",
  },
  simulate: {
    flag: "simulate",
    variable: "BDA_MCP_SIMULATE",
    type: "switch",
    description:
      "Talk to a simulated service on this machine: no account, no cost. Lists its jobs with --help.",
  },
  json: {
    flag: "json",
    type: "switch",
    commands: ["status", "results", "doctor"],
    description: "Print the structured answer.",
  },
  wait: {
    flag: "wait",
    type: "text",
    placeholder: "seconds",
    alone: String(longestWaitSeconds),
    elsewhere: true,
    commands: ["status"],
    description:
      "Wait until every job has ended, for at most so many seconds; for a day if none are given. Ctrl-C ends it with what is known.",
  },
  segment: {
    flag: "segment",
    type: "text",
    placeholder: "number",
    elsewhere: true,
    commands: ["results"],
    description: "Show one segment with all its fields; the first is 0.",
  },
  text: {
    flag: "text",
    type: "switch",
    commands: ["results"],
    description: "Print the text of the segments, or of --segment: Markdown or transcript.",
  },
  host: {
    flag: "host",
    variable: "BDA_MCP_HOST",
    type: "text",
    placeholder: "address",
    default: "127.0.0.1",
    commands: ["http"],
    description: "Address to listen on. Any but loopback needs BDA_MCP_AUTH_TOKEN.",
  },
  port: {
    flag: "port",
    variable: "BDA_MCP_PORT",
    type: "text",
    placeholder: "number",
    default: "3000",
    commands: ["http"],
    description: "Port to listen on; 0 for any that is free.",
  },
  path: {
    flag: "path",
    variable: "BDA_MCP_PATH",
    type: "text",
    placeholder: "path",
    default: "/mcp",
    commands: ["http"],
    description: "Where MCP is served.",
  },
  allowedHosts: {
    flag: "allowed-host",
    variable: "BDA_MCP_ALLOWED_HOSTS",
    type: "list",
    placeholder: "name",
    commands: ["http"],
    description: "Host name that requests may use besides loopback's.",
  },
  allowedOrigins: {
    flag: "allowed-origin",
    variable: "BDA_MCP_ALLOWED_ORIGINS",
    type: "list",
    placeholder: "origin",
    commands: ["http"],
    description: "Web origin that may call, like https://app.example, besides loopback's.",
  },
  authToken: {
    variable: "BDA_MCP_AUTH_TOKEN",
    type: "text",
    secret: true,
    commands: ["http"],
    description: "Token that HTTP callers must send as Authorization: Bearer. At least 16 characters.",
  },
  results: {
    flag: "results",
    variable: "BDA_MCP_RESULTS",
    type: "text",
    placeholder: "on|off",
    default: "on",
    commands: ["stdio", "http", "doctor"],
    description: "off: do not offer to read results, for those who grant no rights to S3.",
  },
  allowedBuckets: {
    flag: "allowed-bucket",
    variable: "BDA_MCP_ALLOWED_BUCKETS",
    type: "list",
    placeholder: "name",
    commands: ["stdio", "http", "results"],
    description: "Bucket that results may be read from; a job's own, whichever it is, if none is given.",
  },
  bucketOwner: {
    flag: "bucket-owner",
    variable: "BDA_MCP_BUCKET_OWNER",
    type: "text",
    placeholder: "account",
    elsewhere: true,
    commands: ["stdio", "http", "results"],
    description: "Account that the bucket of the results has to belong to; else nothing is read from it.",
  },
  maxResultBytes: {
    flag: "max-result-bytes",
    variable: "BDA_MCP_MAX_RESULT_BYTES",
    type: "text",
    placeholder: "number",
    default: "33554432",
    commands: ["stdio", "http", "results"],
    description: "Size of the largest result file that is read; the default is 32 MiB.",
  },
  output: {
    flag: "output",
    type: "text",
    placeholder: "s3 uri",
    elsewhere: true,
    commands: ["iam-policy"],
    description: "Where jobs write, like s3://bucket/prefix/: adds the rights to read their results.",
  },
  kmsKey: {
    flag: "kms-key",
    type: "text",
    placeholder: "arn",
    elsewhere: true,
    commands: ["iam-policy"],
    description: "KMS key that the results are encrypted with: adds the right to decrypt them.",
  },
  logLevel: {
    flag: "log-level",
    variable: "BDA_MCP_LOG_LEVEL",
    type: "text",
    placeholder: "level",
    default: "info",
    defaultFor: { status: "warn", results: "warn", doctor: "warn", "iam-policy": "warn" },
    description: "debug, info, warn, error or silent; warn for commands that end. To stderr.",
  },
  logFormat: {
    flag: "log-format",
    variable: "BDA_MCP_LOG_FORMAT",
    type: "text",
    placeholder: "format",
    default: "auto",
    description: "text, json, or auto: text on a terminal, else json.",
  },
  attemptTimeout: {
    flag: "attempt-timeout",
    variable: "BDA_MCP_ATTEMPT_TIMEOUT",
    type: "text",
    placeholder: "seconds",
    default: "10",
    description: "Time for one call to AWS to be answered; for each piece, where the answer is large.",
  },
  callTimeout: {
    flag: "call-timeout",
    variable: "BDA_MCP_CALL_TIMEOUT",
    type: "text",
    placeholder: "seconds",
    default: "30",
    description: "Time for a call to AWS with all its retries.",
  },
  taskKey: {
    variable: "BDA_MCP_TASK_KEY",
    type: "text",
    secret: true,
    commands: ["stdio", "http"],
    description:
      "Seals the ids of tasks: the same for all servers that answer for each other's. At least 16 characters.",
  },
  maxCallsPerSecond: {
    flag: "max-calls-per-second",
    variable: "BDA_MCP_MAX_CALLS_PER_SECOND",
    type: "text",
    placeholder: "number",
    default: "10",
    description: "Status calls to one account and region; fewer while AWS throttles.",
  },
  maxAttempts: {
    variable: "AWS_MAX_ATTEMPTS",
    type: "text",
    default: "3",
    elsewhere: true,
    description: "Calls to AWS in all, the first included. Also max_attempts in the profile.",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

/** Variables of AWS's own that are honoured, beside those in `settings`. For the usage text and the README. */
export const awsVariables: readonly { readonly names: readonly string[]; readonly description: string }[] = [
  {
    names: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    description: "Credentials. All other sources of AWS's chain work too.",
  },
  {
    names: ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"],
    description: "Where the profiles are, if not in ~/.aws.",
  },
  {
    names: ["AWS_REGION", "AWS_DEFAULT_REGION"],
    description: "Region for doctor and iam-policy without an ARN. A job's region is always its ARN's.",
  },
  {
    names: ["AWS_ENDPOINT_URL_BEDROCK_DATA_AUTOMATION_RUNTIME", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"],
    description:
      "Endpoint to call instead of AWS's; http on loopback only. Also endpoint_url in the profile.",
  },
  {
    names: ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"],
    description: "true: use none of them.",
  },
  {
    names: ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"],
    description: "true: call AWS's FIPS or dual-stack endpoints.",
  },
];

export const settingEntries = Object.entries(settings) as readonly (readonly [SettingName, Setting])[];

/** Whether a command has this setting at all. */
export function appliesTo(setting: Setting, command: Command): boolean {
  return setting.commands?.includes(command) ?? true;
}
