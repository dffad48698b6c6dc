import { onlyCaller } from "../caller.ts";
import { sdkV1Servers } from "../protocol/sdk-v1.ts";
import { serveStdio } from "../serving/stdio.ts";
import { type CommandRun, exitCodes } from "./command.ts";
import { compose } from "./compose-process.ts";

/** MCP over stdin and stdout, for one client that started this process. */
export const runStdio: CommandRun = async (context) => {
  const { catalogue, watcher } = compose(context.config, context);
  const serverFor = sdkV1Servers({ ...context, catalogue });
  const { stdin, stdout } = context.terminal;
  const server = serverFor({ caller: onlyCaller, canNotify: true });
  await serveStdio({ ...context, server, stdin, stdout, watcher });
  return exitCodes.ok;
};
