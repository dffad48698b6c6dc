import { iamPolicy } from "../../../src/jobs/iam-policy.ts";
import { awsVariables, commandInfo, commands, type Setting, settings } from "../../../src/settings.ts";
import { code, row, table } from "./markdown.ts";

export function commandTable(): string {
  return table(
    ["command", "what"],
    commands.map((name) => {
      const { description, operands } = commandInfo[name];
      return row(code(operands === undefined ? name : `${name} ${operands.text}`), description);
    }),
  );
}

export function settingsTable(): string {
  const own: readonly Setting[] = Object.values(settings);
  return table(
    ["flag", "variable", "default", "for", "what"],
    [
      ...own.map((setting) =>
        row(
          flagText(setting),
          setting.variable === undefined ? "" : code(setting.variable),
          setting.default === undefined ? "" : code(setting.default),
          setting.commands?.join(", ") ?? "all",
          setting.description,
        ),
      ),
      ...awsVariables.map(({ names, description }) =>
        row("", names.map(code).join(" "), "", "all", description),
      ),
    ],
  );
}

/** As `iam-policy` prints it for a job of the documentation's account. */
export function policyBlock(): string {
  const policy = iamPolicy({ partition: "aws", region: "us-east-1", accountId: "111122223333" });
  return `\`\`\`json\n${JSON.stringify(policy, undefined, 2)}\n\`\`\``;
}

function flagText({ flag, short, type, placeholder = "value" }: Setting): string {
  if (flag === undefined) return "";
  const long = code(type === "switch" ? `--${flag}` : `--${flag} <${placeholder}>`);
  return `${long}${short === undefined ? "" : `, ${code(`-${short}`)}`}${type === "list" ? ", repeatable" : ""}`;
}
