import { iamPolicy } from "../../../src/jobs/iam-policy.ts";
import { awsVariables } from "../../../src/settings/aws-variables.ts";
import { commandInfo, commands } from "../../../src/settings/commands.ts";
import type { Setting } from "../../../src/settings/setting.ts";
import { settings } from "../../../src/settings/settings.ts";
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

const place = { partition: "aws", region: "us-east-1", accountId: "111122223333" };

/** As `iam-policy` prints it for a job of the documentation's account. */
export function policyBlock(): string {
  return jsonBlock(iamPolicy(place));
}

/** The same with the rights to read what jobs wrote, into a bucket that a KMS key encrypts. */
export function resultsPolicyBlock(): string {
  const results = {
    bucket: "amzn-s3-demo-bucket",
    prefix: "results/",
    kmsKeyArn: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  };
  return jsonBlock(iamPolicy(place, { results }));
}

function jsonBlock(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``;
}

function flagText({ flag, short, type, placeholder = "value", alone }: Setting): string {
  if (flag === undefined) return "";
  const value = type === "switch" ? "" : alone === undefined ? ` <${placeholder}>` : ` [${placeholder}]`;
  const long = code(`--${flag}${value}`);
  return `${long}${short === undefined ? "" : `, ${code(`-${short}`)}`}${type === "list" ? ", repeatable" : ""}`;
}
