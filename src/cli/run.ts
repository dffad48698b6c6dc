import type { ConfigReading } from "../config.ts";
import { cleanText } from "../jobs/quote.ts";
import type { Clock, Fetch, Log, Random } from "../ports.ts";
import { product } from "../product.ts";
import type { Command } from "../settings/commands.ts";
import { readTraceSettings } from "../telemetry/trace-settings.ts";
import { type CommandContext, type CommandRun, type ExitCode, exitCodes, type Terminal } from "./command.ts";
import { variableIn } from "./environment.ts";
import { createLog } from "./log.ts";
import { openStdio } from "./open-stdio.ts";
import { recorded } from "./recorded.ts";
import { recordedConfig } from "./recorded-config.ts";

export interface RunParts {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly stop: AbortSignal;
  /** Called as soon as there is a log, beside which nothing may write. */
  readonly onLog?: (log: Log) => void;
}

/** Each command is loaded when it is run: the server does not wait for the code of `doctor`. */
const runs: Readonly<Record<Command, () => Promise<CommandRun>>> = {
  stdio: async () => (await import("./serve-stdio.ts")).runStdio,
  http: async () => (await import("./serve-http.ts")).runHttp,
  status: async () => (await import("./status.ts")).runStatus,
  results: async () => (await import("./results.ts")).runResults,
  doctor: async () => (await import("./doctor.ts")).runDoctor,
  "iam-policy": async () => (await import("./iam-policy.ts")).runIamPolicy,
};

/** One command line, from its words to its exit code. Rejects only for a bug. */
export async function run(parts: RunParts): Promise<ExitCode> {
  try {
    return await runReading(parts);
  } catch (thrown) {
    const { deniedPermission } = await import("../aws/credential-permission.ts");
    const flag = deniedPermission(thrown);
    if (flag === undefined) throw thrown;
    parts.terminal.stderr.write(`Deno was started without ${flag}: see the README for the flags it needs.\n`);
    return exitCodes.wrongUse;
  }
}

async function runReading(parts: RunParts): Promise<ExitCode> {
  const { argv, env, terminal, clock } = parts;
  const known = recordedConfig(argv, env, recorded?.config);
  const reading = known ?? (await checkedReading(argv, env));
  switch (reading.kind) {
    case "wrong":
      for (const problem of reading.problems) terminal.stderr.write(`${cleanText(problem, 2000)}\n`);
      return exitCodes.wrongUse;
    case "version":
      terminal.stdout.write(`${product.name} ${product.version}\n`);
      return exitCodes.ok;
    case "help":
      terminal.stdout.write(await helpText(reading, terminal, env));
      return exitCodes.ok;
    case "run":
  }
  const { command, config, operands } = reading;
  const format = config.logFormat === "auto" ? (terminal.stderr.isTTY ? "text" : "json") : config.logFormat;
  const log = createLog({
    level: config.logLevel,
    format,
    write(line) {
      try {
        terminal.stderr.write(`${line}\n`);
      } catch (thrown) {
        // Deno throws where others tell: a log that cannot be written is no reason to serve nobody.
        terminal.stderr.emit("error", thrown);
      }
    },
    now: () => clock.now(),
  });
  parts.onLog?.(log);
  const context: CommandContext = { ...parts, config, operands, log };
  if (known !== undefined && recorded !== undefined && !isTraced(env)) return openStdio(context, recorded);
  const runCommand = await runs[command]();
  if (!config.simulate) return runCommand(context);
  const { withSimulator } = await import("./simulate.ts");
  return withSimulator(context, runCommand);
}

/** Where there are traces, and where their settings are wrong, the server is there from the first message on. */
function isTraced(env: RunParts["env"]): boolean {
  return readTraceSettings((name) => variableIn(env, name)).kind !== "off";
}

async function checkedReading(argv: RunParts["argv"], env: RunParts["env"]): Promise<ConfigReading> {
  await import("./quick-schemas.ts");
  const { readConfig } = await import("../config.ts");
  return readConfig(argv, env);
}

async function helpText(
  { command, simulate }: { readonly command?: Command; readonly simulate: boolean },
  { stdout }: Terminal,
  env: RunParts["env"],
): Promise<string> {
  const { lookOf } = await import("./terminal-look.ts");
  const look = lookOf(stdout, env);
  if (simulate) return (await import("./simulated-jobs.ts")).simulatedJobs(look);
  const { usage, usageOf } = await import("./usage.ts");
  return command === undefined ? usage(look) : usageOf(command, look);
}
