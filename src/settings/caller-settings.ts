import type { Setting } from "./setting.ts";

/** Which jobs may be asked about. */
export const callerSettings = {
  allowedAccounts: {
    flag: "allowed-account",
    variable: "BDA_MCP_ALLOWED_ACCOUNTS",
    type: "list",
    placeholder: "account",
    commands: ["stdio", "http", "status", "results", "doctor"],
    description: "AWS account whose jobs may be asked about; every account's, if none is given.",
  },
  allowedRegions: {
    flag: "allowed-region",
    variable: "BDA_MCP_ALLOWED_REGIONS",
    type: "list",
    placeholder: "region",
    commands: ["stdio", "http", "status", "results", "doctor"],
    description: "Region whose jobs may be asked about; every region's, if none is given.",
  },
} as const satisfies Record<string, Setting>;
