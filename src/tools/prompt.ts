import type { Caller } from "../caller.ts";
/** A prompt that a person picks in their client. */
export interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** The message in the person's name, or why there is none: one line. */
  readonly message: (given: Readonly<Record<string, string>>) => PromptAnswer;
  /** What an argument may be, that begins with what was typed. */
  readonly complete: (argument: string, typed: string, caller: Caller) => readonly string[];
}

/** What a prompt asks the person for, as MCP describes it. */
export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
}

/** The message, or why there is none: one line. */
export type PromptAnswer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };
