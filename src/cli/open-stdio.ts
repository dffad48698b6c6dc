import { createOpening } from "../protocol/opening.ts";
import { answerOpening } from "../serving/stdio-opening.ts";
import { type CommandContext, type ExitCode, exitCodes } from "./command.ts";
import type { Recorded } from "./recorded.ts";

/** MCP over stdio, begun with what was recorded; the server is loaded when a client wants more than that. */
export async function openStdio(context: CommandContext, recorded: Recorded): Promise<ExitCode> {
  const { log, stop, terminal } = context;
  const { stdin, stdout, stderr } = terminal;
  log.info("serving MCP over stdio");
  const end = await answerOpening({ opening: createOpening(recorded.answers), stdin, stdout, stop });
  if (end.kind === "over") {
    log.info("stopping", { reason: end.reason });
    return exitCodes.ok;
  }
  await import("./quick-schemas.ts");
  const { runStdio } = await import("./serve-stdio.ts");
  return runStdio({ ...context, terminal: { stdin: end.stdin, stdout, stderr } }, end);
}
