import type { z } from "zod";
import type { InvocationArn } from "../aws/arn.ts";
import type { Caller } from "../caller.ts";
import type { CallNotes } from "../observer.ts";

/** What a tool is told about the call that it answers. */
export interface ToolContext {
  /** Aborts when the client cancels, goes away, or the server stops. */
  readonly signal: AbortSignal;
  /** Who asks: nothing of one caller is shown to another. Empty where there is only one, as on stdio. */
  readonly caller: Caller;
  /** What is noted of the call: handed on to whatever asks AWS on its behalf. Absent where nobody looks. */
  readonly notes?: CallNotes | undefined;
  /** Tells a client that listens how far the call is; does nothing where none does. */
  readonly reportProgress: (progress: ToolProgress) => void;
}

/** How far a call is, as MCP's progress notifications have it. */
export interface ToolProgress {
  /** Grows with every report. */
  readonly progress: number;
  readonly total?: number;
  /** One sentence. */
  readonly message: string;
}

/** What a tool answers. A job that failed is an answer; `isError` is for a call that brought none. */
export type ToolAnswer =
  | {
      readonly isError: false;
      /** For models and people: stands alone. */
      readonly text: string;
      /** For programs: fits the tool's output schema. */
      readonly structuredContent: Readonly<Record<string, unknown>>;
    }
  | {
      readonly isError: true;
      readonly text: string;
      /** The same, for programs. */
      readonly failure: Readonly<Record<string, unknown>>;
    };

/** A tool as MCP describes it, and what it does. It knows no SDK: `protocol/` offers it. */
export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  /** snake_case, as its file is called in kebab-case. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** One of `icons`. */
  readonly icon: string;
  readonly inputSchema: Input;
  readonly outputSchema: Output;
  /** Whether the list of tools tells `outputSchema`. A model pays for every word of it, and the answers resemble each other. */
  readonly outputIsListed?: true;
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
  /** The OAuth scope that a caller needs who has any. */
  readonly scope: string;
  /** Whether a client may ask for the call as a task (MCP 2025-11-25). Absent: not. */
  readonly taskSupport?: "optional";
  /** The jobs that a call is about, for the log. Absent where it is about none. */
  readonly jobs?: (input: z.output<Input>) => readonly InvocationArn[];
  /** Rejects only for a bug: what can go wrong outside is an answer. */
  readonly call: (input: z.output<Input>, context: ToolContext) => Promise<ToolAnswer>;
}

/** Every tool here asks AWS something and changes nothing. */
export const readOnlyAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
} as const;
