/** The commands, as data: what each is for, and what it takes. */
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
    description: "Show the status of one job or several, and what it means.",
    operands: { text: "<arn> [arn ...]", least: 1, most: Number.POSITIVE_INFINITY },
  },
  results: {
    description: "Show what a finished job produced, segment by segment, and whether it is any good.",
    operands: { text: "<arn>", least: 1, most: 1 },
  },
  doctor: {
    description:
      "Check this machine's access to AWS: credentials, clock, endpoint; with a job's ARN, the call too.",
    operands: { text: "[arn]", least: 0, most: 1 },
  },
  "iam-policy": {
    description: "Print the smallest IAM policy that the server needs; with an ARN, for its account.",
    operands: { text: "[arn]", least: 0, most: 1 },
  },
};
