import { readConfig } from "../config.ts";
import type { Clock, Fetch, Random } from "../ports.ts";
import { product } from "../product.ts";
import type { Command } from "../settings.ts";
import { type CommandContext, type CommandRun, exitCodes, type Terminal } from "./command.ts";
import { createLog } from "./log.ts";

export interface RunParts {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly stop: AbortSignal;
}

/** Each command is loaded when it is run: the server does not wait for the code of `doctor`. */
const runs: Readonly<Record<Command, () => Promise<CommandRun>>> = {
  stdio: async () => (await import("./serve-stdio.ts")).runStdio,
  http: async () => (await import("./serve-http.ts")).runHttp,
  status: async () => (await import("./status.ts")).runStatus,
  doctor: async () => (await import("./doctor.ts")).runDoctor,
  "iam-policy": async () => (await import("./iam-policy.ts")).runIamPolicy,
};

/** One command line, from its words to its exit code. */
export async function run(parts: RunParts): Promise<number> {
  const { argv, env, terminal, clock } = parts;
  const reading = readConfig(argv, env);
  if (!reading.ok) {
    for (const problem of reading.problems) terminal.stderr.write(`${problem}\n`);
    return exitCodes.wrongUse;
  }
  const { command, config, operands } = reading;
  if (config.version) {
    terminal.stdout.write(`${product.name} ${product.version}\n`);
    return exitCodes.ok;
  }
  if (config.help) {
    const { usage } = await import("./usage.ts");
    terminal.stdout.write(usage(argv.includes("--simulate") ? "simulate" : "all"));
    return exitCodes.ok;
  }
  const format = config.logFormat === "auto" ? (terminal.stderr.isTTY ? "text" : "json") : config.logFormat;
  const log = createLog({
    level: config.logLevel,
    format,
    write: (line) => terminal.stderr.write(`${line}\n`),
    now: () => clock.now(),
  });
  const context: CommandContext = { ...parts, config, operands, log };
  const runCommand = await runs[command]();
  if (!config.simulate) return runCommand(context);
  const { withSimulator } = await import("./simulate.ts");
  return withSimulator(context, runCommand);
}
