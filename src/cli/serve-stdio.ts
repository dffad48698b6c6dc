import { onlyCaller } from "../caller.ts";
import { modernEra } from "../protocol/modern-era.ts";
import { sdkV1Servers } from "../protocol/sdk-v1.ts";
import { serveStdio } from "../serving/stdio.ts";
import { BothEras } from "../serving/stdio-eras.ts";
import { type CommandRun, exitCodes } from "./command.ts";
import { compose } from "./compose-process.ts";

/** MCP over stdin and stdout, for one client that started this process. */
export const runStdio: CommandRun = async (context) => {
  const { catalogue, watcher } = compose(context.config, context);
  const parts = { ...context, catalogue };
  const { stdin, stdout } = context.terminal;
  const connection = { caller: onlyCaller, canNotify: true };
  const server = new BothEras({
    server: sdkV1Servers(parts)(connection),
    modern: modernEra(parts),
    connection,
    log: context.log,
  });
  await serveStdio({ ...context, server, stdin, stdout, watcher });
  return exitCodes.ok;
};
