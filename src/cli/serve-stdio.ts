import { onlyCaller } from "../caller.ts";
import { modernEra } from "../protocol/modern-era.ts";
import { sdkV1Servers } from "../protocol/sdk-v1.ts";
import { fewWarnings } from "../serving/few-lines.ts";
import { type StdioParts, serveStdio } from "../serving/stdio.ts";
import { BothEras } from "../serving/stdio-eras.ts";
import { type CommandContext, type ExitCode, exitCodes } from "./command.ts";
import { compose } from "./compose-process.ts";
import { telemetryFor } from "./telemetry.ts";

/** MCP over stdin and stdout, for one client that started this process. `opened`: its first messages were answered. */
export async function runStdio(context: CommandContext, opened?: StdioParts["opened"]): Promise<ExitCode> {
  const telemetry = await telemetryFor(context, { stats: () => watcher.stats() });
  const log = fewWarnings(context.log, context.clock);
  const observed = { ...context, log, observer: telemetry.observer };
  const { catalogue, watcher } = compose(context.config, observed);
  const parts = { ...observed, catalogue };
  const { stdin, stdout } = context.terminal;
  const connection = { caller: onlyCaller, canNotify: true };
  const server = new BothEras({
    server: sdkV1Servers(parts)(connection),
    modern: modernEra(parts),
    connection,
    log,
  });
  await serveStdio({ ...observed, server, stdin, stdout, watcher, ...(opened && { opened }) });
  await telemetry.close();
  return exitCodes.ok;
}
