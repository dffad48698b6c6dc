import type { Setting } from "./setting.ts";

/** Which jobs may be asked about, and with whose rights. */
export const callerSettings = {
  allowedAccounts: {
    flag: "allowed-account",
    variable: "BDA_MCP_ALLOWED_ACCOUNTS",
    type: "list",
    placeholder: "account",
    commands: ["stdio", "http", "status", "results", "doctor"],
    description: "AWS account whose jobs may be checked. Every account, if none is given.",
  },
  allowedRegions: {
    flag: "allowed-region",
    variable: "BDA_MCP_ALLOWED_REGIONS",
    type: "list",
    placeholder: "region",
    commands: ["stdio", "http", "status", "results", "doctor"],
    description: "Region whose jobs may be checked. Every region, if none is given.",
  },
  callerRole: {
    flag: "caller-role",
    variable: "BDA_MCP_CALLER_ROLE",
    type: "text",
    placeholder: "arn",
    elsewhere: true,
    commands: ["http", "doctor", "iam-policy"],
    description: "Role to assume for each caller, in the caller's name: IAM can then tell callers apart.",
  },
  callerTags: {
    flag: "caller-tag",
    variable: "BDA_MCP_CALLER_TAGS",
    type: "list",
    placeholder: "claim=key",
    commands: ["http", "doctor", "iam-policy"],
    description: "Claim of the caller's token to pass on as a session tag of that role, with this tag key.",
  },
} as const satisfies Record<string, Setting>;
