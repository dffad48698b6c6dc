/** What is wrong with a command line, a line each: the thing, what is wrong with it, what would be right. */
import { nearest } from "./nearest.ts";
import { type Command, commandInfo, commands } from "./settings/commands.ts";
import { appliesTo } from "./settings/setting.ts";
import { type SettingName, settingEntries } from "./settings/settings.ts";

/** A flag that there is not, and whether the one that was meant takes a value. */
export function unknownFlag(given: string): { problem: string; takesValue: boolean } {
  const word = given.replace(/^-+/, "");
  const byFlag = new Map(
    settingEntries.map(([name, setting]) => [setting.flag ?? kebabCase(name), setting] as const),
  );
  const guess = nearest(word, [...byFlag.keys()]);
  const setting = guess === undefined ? undefined : byFlag.get(guess);
  const advice =
    setting === undefined
      ? "See --help."
      : setting.flag === undefined
        ? `Set ${setting.variable} in the environment instead.`
        : `Did you mean --${setting.flag}?`;
  return {
    problem: `There is no flag ${quoted(given)}. ${advice}`,
    takesValue: setting?.type !== "switch",
  };
}

function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function unknownCommand(given: string): string {
  const guess = /^arn:|^s3:/i.test(given) ? `status ${given}` : nearest(given, commands);
  const advice = guess === undefined ? "" : ` Did you mean ${cut(guess)}?`;
  return `There is no command ${quoted(given)}.${advice} The commands are ${commands.join(", ")}.`;
}

export function strangeFlags(
  command: Command,
  named: boolean,
  values: ReadonlyMap<SettingName, unknown>,
): string[] {
  return settingEntries.flatMap(([name, setting]) => {
    if (!values.has(name) || appliesTo(setting, command)) return [];
    const owners = listed(setting.commands ?? []);
    const which = setting.commands?.length === 1 ? owners : "one of them";
    return [
      named
        ? `--${setting.flag} belongs to ${owners}, not to ${command}.`
        : `--${setting.flag} belongs to ${owners}: write ${which} before it.`,
    ];
  });
}

export function wrongOperands(command: Command, operands: readonly string[]): string[] {
  const { least, most, text } = commandInfo[command].operands ?? { least: 0, most: 0, text: "" };
  if (operands.length < least) {
    return [
      `${command} needs the invocation ARN of a job: ${command} ${text}. It is the invocationArn that InvokeDataAutomationAsync answered.`,
    ];
  }
  const surplus = operands.slice(most).map(quoted).join(", ");
  if (surplus === "") return [];
  return [
    most === 0
      ? `${command} takes no words after it, and there is ${surplus}.`
      : `${command} takes one ARN, and there is ${surplus} besides.`,
  ];
}

function quoted(text: string): string {
  return JSON.stringify(cut(text));
}

function cut(text: string): string {
  return text.length > 140 ? `${text.slice(0, 140)}…` : text;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return [words.slice(0, -1).join(", "), ...words.slice(-1)].filter((part) => part !== "").join(" and ");
}
