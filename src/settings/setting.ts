import type { Command } from "./commands.ts";

/** Something that a person can decide, by a flag, a variable or both. */
export interface Setting {
  /** The command-line flag without dashes, where there is one. */
  readonly flag?: string;
  /** One letter. */
  readonly short?: string;
  /** The environment variable, where there is one. */
  readonly variable?: string;
  /** A `list` flag may be repeated; in a variable, commas separate. */
  readonly type: "text" | "switch" | "list";
  /** What the flag's value is called in the usage text. */
  readonly placeholder?: string;
  /** The value where the flag stands alone, without one. Absent where it needs one. */
  readonly alone?: string;
  /** As a person would write it. */
  readonly default?: string;
  /** Where a command begins with another value than the rest. */
  readonly defaultFor?: Readonly<Partial<Record<Command, string>>>;
  /** Where nothing is given, another place than this table decides: a profile. */
  readonly elsewhere?: boolean;
  /** Never shown, not even where it is wrong. */
  readonly secret?: boolean;
  /** Absent for all. */
  readonly commands?: readonly Command[];
  readonly description: string;
}

/** Whether a command has this setting at all. */
export function appliesTo(setting: Setting, command: Command): boolean {
  return setting.commands?.includes(command) ?? true;
}
