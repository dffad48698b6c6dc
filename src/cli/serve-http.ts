import { listen } from "../serving/listen.ts";
import { type CommandRun, exitCodes } from "./command.ts";
import { composeHttp } from "./compose-http.ts";
import { compose } from "./compose-process.ts";

/** Milliseconds that calls in flight get when the server stops; waits and status calls need none of it. */
const graceMs = 500;

/** MCP over Streamable HTTP until the process is told to stop. */
export const runHttp: CommandRun = async (context) => {
  const { config, log, stop, terminal } = context;
  const composition = compose(config, context);
  const { watcher } = composition;
  const app = composeHttp(config, context, composition);
  const server = await listen(app.fetch, { hostname: config.host, port: config.port }).catch(
    (thrown: unknown) => {
      terminal.stderr.write(`${cannotListen(thrown, config.host, config.port)}\n`);
      return undefined;
    },
  );
  if (server === undefined) return exitCodes.wrongUse;
  log.info("serving MCP over HTTP", { url: `${server.url}${config.path}` });
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener("abort", () => resolve(), { once: true });
  });
  log.info("stopping");
  watcher.stop();
  await Promise.race([server.answered(), context.clock.sleep(graceMs)]);
  await server.close();
  return exitCodes.ok;
};

function cannotListen(thrown: unknown, host: string, port: number): string {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  const name = thrown instanceof Error ? thrown.name : "";
  if (code === "EADDRINUSE" || name === "AddrInUse") {
    return `Port ${port} of ${host} is taken by another program: choose another with --port, or 0 for any that is free.`;
  }
  if (code === "EACCES" || name === "PermissionDenied")
    return `Port ${port} needs more rights: use one over 1023.`;
  if (name === "NotCapable") return `Deno was started without --allow-net for ${host}:${port}.`;
  return `Cannot listen on ${host} port ${port}: ${typeof code === "string" ? code : name}. Is ${host} an address of this machine?`;
}
