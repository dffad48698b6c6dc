import { parseArgs } from "node:util";
import { strangeFlags, unknownCommand, unknownFlag, wrongOperands } from "./command-line-problems.ts";
import { type Command, commands } from "./settings/commands.ts";
import type { Setting } from "./settings/setting.ts";
import { type SettingName, settingEntries } from "./settings/settings.ts";

/** What the words of a command line say. */
export interface CommandLine {
  readonly command: Command;
  /** Whether the command was written; else it is the default one. */
  readonly named: boolean;
  /** Words after the command's name. */
  readonly operands: readonly string[];
  /** `true`, a text, or a list of texts, by the setting's type. */
  readonly values: ReadonlyMap<SettingName, boolean | string | readonly string[]>;
  /** One line a problem: the thing, what is wrong with it, what would be right. */
  readonly problems: readonly string[];
}

/** Pure and never throws. */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const { words, values, problems } = readFlags(argv);
  const [first, ...rest] = words;
  // Other programs have taught people to ask for help with a word.
  const asked = first === "help" || first === "version" ? first : undefined;
  if (asked !== undefined) values.set(asked, true);
  const [name, ...operands] = asked === undefined ? words : rest;
  const known = commands.find((command) => command === name);
  const command = known ?? "stdio";
  const named = known !== undefined;
  if (name !== undefined && !named) {
    problems.push(unknownCommand(name));
  } else {
    problems.push(...strangeFlags(command, named, values), ...wrongOperands(command, operands));
  }
  return { command, named, operands, values, problems };
}

type Values = Map<SettingName, boolean | string | readonly string[]>;

const options = Object.fromEntries(
  settingEntries.flatMap(([, { flag, short, type }]) =>
    flag === undefined
      ? []
      : [[flag, { type: type === "switch" ? "boolean" : "string", ...(short ? { short } : {}) } as const]],
  ),
);

function readFlags(argv: readonly string[]): { words: string[]; values: Values; problems: string[] } {
  const { tokens } = parseArgs({
    args: withoutSwallowing(argv),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words: string[] = [];
  const values: Values = new Map();
  const problems: string[] = [];
  /** Places in `argv` that have been dealt with. */
  const done = new Set<number>();
  for (const token of tokens) {
    if (done.has(token.index)) continue;
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const written = argv[token.index] ?? token.rawName;
    // `-profile` is taken apart letter by letter, which nobody meant.
    const bundle = /^-[^-]{2,}/.test(written);
    const found = settingEntries.find(([, { flag }]) => flag === token.name);
    if (found === undefined || (bundle && !bundleIsKnown(written))) {
      const { problem, takesValue } = unknownFlag(bundle ? (written.split("=")[0] ?? "") : token.rawName);
      problems.push(problem);
      done.add(token.index);
      if (takesValue && !written.includes("=") && isValueOf(argv[token.index + 1])) done.add(token.index + 1);
      continue;
    }
    const problem = takeFlag(found, token, values);
    if (problem !== undefined) problems.push(problem);
  }
  return { words, values, problems };
}

/**
 * `parseArgs` takes a flag for the value of the one before it; here the one before has an empty value then, or the
 * value that it has where it stands alone.
 */
function withoutSwallowing(argv: readonly string[]): string[] {
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  return argv.map((word, index) => {
    const next = index + 1 < end ? argv[index + 1] : undefined;
    const [, setting] =
      settingEntries.find(([, { flag, type }]) => type !== "switch" && word === `--${flag}`) ?? [];
    if (setting === undefined || index > end) return word;
    if (setting.alone !== undefined) return isShortValue(next) ? word : `${word}=${setting.alone}`;
    return next !== undefined && /^-\D/.test(next) ? `${word}=` : word;
  });
}

/** Whether the word after a flag that may stand alone is its value, right or wrong, and no word of the command's own. */
function isShortValue(word: string | undefined): boolean {
  return word !== undefined && /^(-(?=\d))?[^:/-]{0,20}$/.test(word) && !isCommand(word);
}

function isCommand(word: string): boolean {
  return commands.some((command) => command === word);
}

/** Whether a word after a flag that there is not can only have been meant as its value. */
function isValueOf(word: string | undefined): boolean {
  return word !== undefined && !/^(-|arn:)/.test(word) && !isCommand(word);
}

function bundleIsKnown(written: string): boolean {
  return [...written.slice(1)].every((letter) => settingEntries.some(([, { short }]) => short === letter));
}

interface FlagToken {
  readonly rawName: string;
  readonly value?: string | undefined;
}

/** Notes a flag's value; answers what is wrong with it, if anything is. */
function takeFlag(
  [name, setting]: readonly [SettingName, Setting],
  { rawName, value }: FlagToken,
  values: Values,
): string | undefined {
  if (setting.type === "switch") {
    values.set(name, true);
    return value === undefined ? undefined : `${rawName} takes no value.`;
  }
  if (value === undefined || value.trim() === "")
    return `${rawName} needs a value: ${rawName} <${setting.placeholder ?? "value"}>.`;
  if (setting.type === "text") {
    values.set(name, value.trim());
    return undefined;
  }
  const before = values.get(name);
  values.set(name, [...(Array.isArray(before) ? before : []), ...splitList(value)]);
  return undefined;
}

/** The parts of a list as a variable has it: commas between them, blanks around them. */
export function splitList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
