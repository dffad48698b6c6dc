import { listed } from "../command-line-problems.ts";
import { product } from "../product.ts";
import { awsVariables } from "../settings/aws-variables.ts";
import { type Command, commandInfo, commands } from "../settings/commands.ts";
import { appliesTo, type Setting } from "../settings/setting.ts";
import { settingEntries } from "../settings/settings.ts";
import { exitCodes } from "./command.ts";
import type { Look } from "./terminal-look.ts";
import { type Part, page, type Row } from "./usage-page.ts";

const exampleArn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/<job id>";
const awsVariablesToo = `AWS's own for credentials, region and endpoints: see ${product.name} --help.`;

/** How to use the whole program. */
export function usage(look: Look): string {
  return page(look, [
    {
      lines: [
        `${product.name} ${product.version}`,
        "Checks Amazon Bedrock Data Automation jobs and explains them, for AI agents (over MCP) and people.",
      ],
    },
    { title: "Usage", lines: [`${product.name} [command] [flags]`] },
    {
      title: "Commands",
      rows: commands.map((name) => [commandLine(name), commandInfo[name].description]),
    },
    ...flagParts(settingEntries.map(([, setting]) => setting)),
    {
      title: "Environment",
      rows: [
        ...variableRows(settingEntries.map(([, setting]) => setting)),
        ...awsVariables.map(({ names, description }): Row => [names.join("\n"), description]),
      ],
    },
    { title: "Exit codes", rows: exitCodeRows },
    {
      title: "Getting started",
      rows: [
        [`${product.name} --simulate --help`, "Jobs to try without an AWS account."],
        [`${product.name} <command> --help`, "Help for one command."],
      ],
    },
  ]);
}

/** How to use one command. */
export function usageOf(command: Command, look: Look): string {
  const own = settingEntries.map(([, setting]) => setting).filter((setting) => appliesTo(setting, command));
  const { description, operands } = commandInfo[command];
  return page(look, [
    { title: "Usage", lines: [`${product.name} ${commandLine(command)} [flags]`] },
    { lines: [description, ...(details[command] ?? [])] },
    ...(operands === undefined
      ? []
      : [{ title: "Arguments", rows: [["<arn>", `Invocation ARN of a job, like ${exampleArn}`]] as const }]),
    ...flagParts(own, "Flags"),
    { title: "Environment", rows: variableRows(own), lines: [awsVariablesToo] },
    { title: "Exit codes", rows: exitCodeRowsOf(command) },
  ]);
}

const details: Readonly<Partial<Record<Command, readonly string[]>>> = {
  status: [
    "With several ARNs, the exit code is the first of 2, 1, 3, 4 that applies to any of them, else 0. --json prints one object for one ARN, and an array in the order given for several. If a call failed, its object has error instead of AWS's fields.",
    "--wait shows its progress on stderr, unless --json is given, and each job's end as soon as it is known. Running out of time, or Ctrl-C, is not an error: what is known is printed, and the exit code is 4 if a job is still running.",
  ],
  doctor: ["No secret is shown, and only the last four characters of the access key ID."],
  "iam-policy": [
    "Without an ARN, the policy covers every account (AWS looks jobs up in the caller's own) and the configured region, or every region if none is configured. It goes to stdout as JSON, remarks to stderr.",
  ],
};

const exitCodeRows: readonly Row[] = [
  [String(exitCodes.ok), "Success; for status: the job succeeded."],
  [
    String(exitCodes.callFailed),
    "The call failed, so the job's status is unknown; for results: they could not be read; for doctor: a check is bad.",
  ],
  [String(exitCodes.wrongUse), "Usage error: an invalid flag, variable or ARN."],
  [String(exitCodes.jobFailed), "status, results: the job failed."],
  [
    String(exitCodes.notFinished),
    "status, results: the job is still queued or running, or its status is unknown.",
  ],
];

function exitCodeRowsOf(command: Command): readonly Row[] {
  const told = tellings[command] ?? { 0: "Success.", 2: "" };
  return exitCodeRows.flatMap(([code, text]): Row[] => {
    const own = told[Number(code)];
    return own === undefined ? [] : [[code, own === "" ? text : own]];
  });
}

const endsOfJob = {
  3: "The job failed.",
  4: "The job is still queued or running, or its status is unknown.",
};

/** What the codes mean for one command, where that is not what they mean in general: "" for the same. */
const tellings: Readonly<Partial<Record<Command, Readonly<Record<number, string>>>>> = {
  status: {
    0: "The job succeeded.",
    1: "The call failed, so the job's status is unknown.",
    2: "",
    ...endsOfJob,
  },
  results: {
    0: "The results were read; the verdict says whether they are any good.",
    1: "The call failed, or the results could not be read.",
    2: "",
    ...endsOfJob,
  },
  doctor: { 0: "No check is bad.", 1: "A check is bad.", 2: "" },
};

function commandLine(command: Command): string {
  const { operands } = commandInfo[command];
  return operands === undefined ? command : `${command} ${operands.text}`;
}

function flagParts(list: readonly Setting[], ownTitle?: string): Part[] {
  const flags = list.filter(({ flag }) => flag !== undefined);
  const everybodys = "Flags for every command";
  const titleOf = ({ commands: of }: Setting) =>
    of === undefined ? everybodys : (ownTitle ?? `Flags for ${listed(of)}`);
  // A command's own flags come first: they are what its reader looks for.
  return [...new Set(flags.map(titleOf))]
    .sort((a, b) => Number(a === everybodys) - Number(b === everybodys))
    .map((title) => ({
      title,
      rows: flags
        .filter((setting) => titleOf(setting) === title)
        .map((setting): Row => [flagText(setting), settingText(setting)]),
    }));
}

function flagText({ flag, short, type, placeholder = "value", alone }: Setting): string {
  const value = type === "switch" ? "" : alone === undefined ? ` <${placeholder}>` : ` [${placeholder}]`;
  return `${short === undefined ? "" : `-${short}, `}--${flag}${value}`;
}

function settingText({ description, variable, default: usual, type }: Setting): string {
  const notes = [
    type === "list" ? "may be repeated" : undefined,
    variable,
    usual === undefined ? undefined : `default ${usual}`,
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? description : `${description} [${notes.join(", ")}]`;
}

/** The variables that no flag stands for. */
function variableRows(list: readonly Setting[]): Row[] {
  return list
    .filter(({ flag }) => flag === undefined)
    .map(
      ({ variable = "", default: usual, description }): Row => [
        variable,
        usual === undefined ? description : `${description} [default ${usual}]`,
      ],
    );
}
