import type { Readable, Writable } from "node:stream";
import type { Config } from "../config.ts";
import type { Surroundings } from "./compose.ts";

/** Exit codes of every command. */
export const exitCodes = {
  /** It went well; for `status`: the job finished well. */
  ok: 0,
  /** The call failed: nothing is known of the job. For `doctor`: something is bad. */
  callFailed: 1,
  wrongUse: 2,
  jobFailed: 3,
  /** The job is still queued or running, or its status is unknown. */
  notFinished: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Whether a call could not be made because a setting cannot be used. */
export function isWrongSetting({ code, setting }: { readonly code?: unknown; readonly setting?: unknown }) {
  return code === "configuration" && setting !== undefined;
}

/** Something that a person may be looking at. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** What a command is run with. */
export interface CommandContext extends Surroundings {
  readonly config: Config;
  /** Words after the command's name: as many as `commandInfo` allows. */
  readonly operands: readonly string[];
  readonly terminal: Terminal;
  /** Aborts when the process is told to stop. */
  readonly stop: AbortSignal;
}

/** Runs to its end and gives the exit code. */
export type CommandRun = (context: CommandContext) => Promise<ExitCode>;
