import { onlyCaller } from "../caller.ts";
import { legacyEra, modernEra } from "../protocol/eras.ts";
import { fewWarnings } from "../serving/few-lines.ts";
import { type StdioParts, serveStdio } from "../serving/stdio.ts";
import { BothEras } from "../serving/stdio-eras.ts";
import { type CommandContext, type ExitCode, exitCodes } from "./command.ts";
import { compose } from "./compose-process.ts";
import { telemetryFor } from "./telemetry.ts";

/** MCP over stdin and stdout, for one client that started this process. `opened`: its first messages were answered. */
export async function runStdio(context: CommandContext, opened?: StdioParts["opened"]): Promise<ExitCode> {
  const telemetry = await telemetryFor(context, { stats: () => watcher.stats() });
  const observed = { ...context, observer: telemetry.observer };
  const { catalogue, watcher } = compose(context.config, observed);
  const warnings = fewWarnings(context.log, context.clock);
  const { log } = warnings;
  const parts = { ...observed, catalogue, log };
  const { stdin, stdout } = context.terminal;
  const connection = { caller: onlyCaller, canNotify: true };
  const server = new BothEras({
    legacy: legacyEra(parts),
    modern: modernEra(parts),
    connection,
    log,
  });
  await serveStdio({ ...observed, log, server, stdin, stdout, watcher, ...(opened && { opened }) });
  warnings.end();
  await telemetry.close();
  return exitCodes.ok;
}
