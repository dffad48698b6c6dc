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
        "Tells AI agents (over MCP) and people what became of an Amazon Bedrock Data Automation job.",
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
      title: "To begin",
      rows: [
        [`${product.name} --simulate --help`, "Jobs to try it with, without an account."],
        [`${product.name} <command> --help`, "One command, with all that it takes."],
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
    "With several ARNs the exit code is the first of 2, 1, 3, 4 that fits one of them, else 0, and --json prints an array in the order asked; with one ARN it prints one object. Where a call failed, that object has error in place of AWS's fields.",
    "--wait tells how far it is on stderr, unless --json is given, and each job's end as soon as it comes. The time being up, or Ctrl-C, is no failure: what is known is told, and the code is 4 for a job that runs on.",
  ],
  doctor: ["No secret is shown: of the access key's id, the last four characters."],
  "iam-policy": [
    "Without an ARN it is for every account (AWS looks jobs up in the caller's own) and for the region that is configured, or every region. Goes to stdout as JSON, remarks to stderr.",
  ],
};

const exitCodeRows: readonly Row[] = [
  [String(exitCodes.ok), "It went well; for status: the job finished well."],
  [
    String(exitCodes.callFailed),
    "The call failed, and nothing is known of the job; for results: they could not be read; for doctor: something is bad.",
  ],
  [String(exitCodes.wrongUse), "Wrong use: a flag, variable or ARN that cannot be."],
  [String(exitCodes.jobFailed), "status, results: the job failed."],
  [
    String(exitCodes.notFinished),
    "status, results: the job is still queued or running, or its status is unknown.",
  ],
];

function exitCodeRowsOf(command: Command): readonly Row[] {
  const told = tellings[command] ?? { 0: "It went well.", 2: "" };
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
    0: "The job finished well.",
    1: "The call failed, and nothing is known of the job.",
    2: "",
    ...endsOfJob,
  },
  results: {
    0: "The results were read; whether they are any good is the verdict's to say.",
    1: "The call failed, or the results could not be read.",
    2: "",
    ...endsOfJob,
  },
  doctor: { 0: "Everything is good.", 1: "Something is bad.", 2: "" },
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
