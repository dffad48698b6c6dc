import { createMetricsGuard } from "../serving/auth/metrics-guard.ts";
import { type Handler, type Listening, listen } from "../serving/listen.ts";
import { LoadLimiter } from "../serving/load-limiter.ts";
import { createMetricsApp, metricsPath } from "../serving/metrics-route.ts";
import { type CommandContext, type CommandRun, exitCodes } from "./command.ts";
import { composeHttp } from "./compose-http.ts";
import { compose } from "./compose-process.ts";
import { telemetryFor } from "./telemetry.ts";

/** Milliseconds that answers get to be written once nothing more is asked of AWS. */
const lastWordMs = 500;

/** MCP over Streamable HTTP until the process is told to stop. */
export const runHttp: CommandRun = async (context) => {
  const { clock, config, log, stop } = context;
  const telemetry = await telemetryFor(context, { stats: () => watcher.stats() });
  const { metricsPage, observer } = telemetry;
  const composition = compose(config, { ...context, observer });
  const { watcher } = composition;
  const onSamePort = config.metrics === "same" ? metricsPage : undefined;
  const load = new LoadLimiter(config);
  const app = composeHttp(config, { ...context, load, observer, metricsPage: onSamePort }, composition);
  const figuresGuard =
    config.metricsToken === undefined ? undefined : createMetricsGuard(config.metricsToken);
  const servers = await listenAll(context, [
    { handler: app.fetch, port: config.port },
    ...(metricsPage === undefined || config.metrics === undefined || config.metrics === "same"
      ? []
      : [
          {
            handler: createMetricsApp(metricsPage, config.allowedHosts, figuresGuard).fetch,
            port: config.metrics,
          },
        ]),
  ]);
  const [server, figures = server] = servers ?? [];
  if (server === undefined || figures === undefined) return exitCodes.wrongUse;
  log.info("serving MCP over HTTP", { url: `${server.url}${config.path}` });
  if (metricsPage !== undefined)
    log.info("serving figures for Prometheus", { at: `${figures.url}${metricsPath}` });
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener("abort", () => resolve(), { once: true });
  });

  const { calls, waits } = load.stats;
  log.info("stopping: a second signal ends it at once", { calls, waits, seconds: config.drainSeconds });
  // It goes on to listen: whoever balances the load has to be told, and those who come by it told to go elsewhere.
  const answered = load.drain();
  watcher.drain();
  await Promise.race([answered, clock.sleep(config.drainSeconds * 1_000)]);
  watcher.stop();
  await Promise.race([server.answered(), clock.sleep(lastWordMs)]);
  await Promise.all([...new Set([server, figures])].map((one) => one.close()));
  await telemetry.close();
  return exitCodes.ok;
};

interface Served {
  readonly handler: Handler;
  readonly port: number;
}

/** The servers in this order; nothing, once a person has been told why, where one of them cannot be had. */
async function listenAll(
  { config, terminal }: CommandContext,
  served: readonly Served[],
): Promise<readonly Listening[] | undefined> {
  const servers: Listening[] = [];
  for (const { handler, port } of served) {
    try {
      servers.push(await listen(handler, { hostname: config.host, port }));
    } catch (thrown) {
      terminal.stderr.write(`${cannotListen(thrown, config.host, port)}\n`);
      return undefined;
    }
  }
  return servers;
}

function cannotListen(thrown: unknown, host: string, port: number): string {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  const name = thrown instanceof Error ? thrown.name : "";
  if (code === "EADDRINUSE" || name === "AddrInUse") {
    return `Port ${port} of ${host} is taken by another program: choose another with --port, or 0 for any that is free.`;
  }
  if (code === "EACCES" || name === "PermissionDenied")
    return `Port ${port} needs more rights: use one over 1023.`;
  if (name === "NotCapable") return `Deno was started without --allow-net=${host}:${port}.`;
  return `Cannot listen on ${host} port ${port}: ${typeof code === "string" ? code : name}. Is ${host} an address of this machine?`;
}
