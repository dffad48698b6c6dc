import { PassThrough, Writable } from "node:stream";
import type { ExitCode } from "../../src/cli/command.ts";
import { run } from "../../src/cli/run.ts";
import { type Clock, systemClock } from "../../src/ports.ts";
import { testKeys } from "../support/server-process.ts";

export interface Ran {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Columns of the window, where both streams are a terminal. */
  readonly columns?: number;
  readonly clock?: Partial<Clock>;
  readonly stop?: AbortSignal;
}

/** Keys and files of nobody, so that a test never sees those of whoever runs it. */
export const isolated = {
  ...testKeys,
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
} as const;

/** One command line in this process, with streams that write down what is written. */
export async function runCommand(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { env = isolated, columns, clock = {}, stop = new AbortController().signal } = options;
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => {
    const made = new Writable({
      write(chunk, _, done) {
        written[name] += String(chunk);
        done();
      },
    });
    return columns === undefined ? made : Object.assign(made, { isTTY: true, columns });
  };
  const terminal = { stdin: new PassThrough(), stdout: stream("stdout"), stderr: stream("stderr") };
  const code = await run({
    argv,
    env,
    terminal,
    clock: { ...systemClock, ...clock },
    random: () => 0,
    fetch: (input, init) => fetch(input, init),
    stop,
  });
  return { code, ...written };
}
