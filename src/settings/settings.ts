import { callerSettings } from "./caller-settings.ts";
import { httpSettings } from "./http-settings.ts";
import { loadSettings } from "./load-settings.ts";
import { resultsSettings } from "./results-settings.ts";
import type { Setting } from "./setting.ts";

/** A day. */
export const longestWaitSeconds = 86_400;

/**
 * Every setting that a person can make, as data: the command line, the environment, the usage text and the README's
 * table are all made from it.
 */
export const settings = {
  help: { flag: "help", short: "h", type: "switch", description: "Show this help." },
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
    description: "Print the answer as JSON.",
  },
  wait: {
    flag: "wait",
    type: "text",
    placeholder: "seconds",
    alone: String(longestWaitSeconds),
    elsewhere: true,
    commands: ["status"],
    description:
      "Wait until every job has ended, for at most this many seconds; a day if no number is given. Ctrl-C stops waiting and prints what is known.",
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
  ...httpSettings,
  ...loadSettings,
  ...callerSettings,
  ...resultsSettings,
  logLevel: {
    flag: "log-level",
    variable: "BDA_MCP_LOG_LEVEL",
    type: "text",
    placeholder: "level",
    default: "info",
    defaultFor: { status: "warn", results: "warn", doctor: "warn", "iam-policy": "warn" },
    description: "debug, info, warn, error or silent, to stderr; the default is warn for commands that end.",
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
    description: "Time limit for one attempt at a call to AWS; for each piece, where the answer is large.",
  },
  callTimeout: {
    flag: "call-timeout",
    variable: "BDA_MCP_CALL_TIMEOUT",
    type: "text",
    placeholder: "seconds",
    default: "30",
    description: "Time limit for a call to AWS, including retries and waiting for credentials.",
  },
  taskKey: {
    variable: "BDA_MCP_TASK_KEY",
    type: "text",
    secret: true,
    commands: ["stdio", "http"],
    description:
      "Secret that seals task ids: the same on all servers that answer for each other's tasks. At least 16 characters.",
  },
  maxCallsPerSecond: {
    flag: "max-calls-per-second",
    variable: "BDA_MCP_MAX_CALLS_PER_SECOND",
    type: "text",
    placeholder: "number",
    default: "10",
    description:
      "Limit on status calls per second to one account and region, for each named caller; lower while AWS throttles.",
  },
  maxAttempts: {
    variable: "AWS_MAX_ATTEMPTS",
    type: "text",
    default: "3",
    elsewhere: true,
    description: "Attempts at each call to AWS, including the first. Also max_attempts in the profile.",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

export const settingEntries = Object.entries(settings) as readonly (readonly [SettingName, Setting])[];
