// A server that takes callers at their word, for what becomes of callers once it is known who they are. A token is a
// static one's name, or `claims.` and a signed token's claims in Base64.
import process from "node:process";
import type { CommandContext, CommandRun } from "../../src/cli/command.ts";
import { compose } from "../../src/cli/compose-process.ts";
import { createLog } from "../../src/cli/log.ts";
import { withSimulator } from "../../src/cli/simulate.ts";
import { readConfig } from "../../src/config.ts";
import { type Caller, createHttpApp, legacyEra, systemClock } from "../../src/index.ts";
import { listen } from "../../src/serving/listen.ts";

function callerOf(token: string): Caller {
  if (!token.startsWith("claims.")) return { id: `token ${token}`, name: token };
  const claims: Record<string, unknown> = JSON.parse(
    Buffer.from(token.slice("claims.".length), "base64url").toString(),
  );
  return { id: `issuer ${claims.sub}`, name: String(claims.sub), claims };
}

const serve: CommandRun = async (context) => {
  const { config, log, stop } = context;
  const { catalogue, watcher } = compose(config, context);
  const app = createHttpApp({
    path: config.path,
    allowedHosts: [],
    allowedOrigins: [],
    log,
    legacy: legacyEra({ ...context, catalogue }),
    guards: [
      async (c, next) => {
        c.set("caller", callerOf((c.req.header("authorization") ?? "").replace("Bearer ", "")));
        await next();
      },
    ],
  });
  const server = await listen(app.fetch, { hostname: "127.0.0.1", port: 0 });
  log.info("serving MCP over HTTP", { url: `${server.url}${config.path}` });
  await new Promise((resolve) => stop.addEventListener("abort", resolve, { once: true }));
  watcher.stop();
  await server.close();
  return 0;
};

const stopping = new AbortController();
process.once("SIGTERM", () => stopping.abort());
const reading = readConfig(process.argv.slice(2), process.env);
if (reading.kind !== "run") throw new Error(JSON.stringify(reading));
const { operands } = reading;
// Read apart: the command wants to know who gives out the tokens that have claims.
const callerTags: { claim: string; key: string }[] = JSON.parse(process.env.TEST_CALLER_TAGS ?? "[]");
const config = { ...reading.config, callerTags };
const context: CommandContext = {
  env: process.env,
  clock: systemClock,
  random: Math.random,
  fetch: (input, init) => fetch(input, init),
  log: createLog({
    level: config.logLevel,
    format: "json",
    write: (line) => process.stderr.write(`${line}\n`),
    now: Date.now,
  }),
  config,
  operands,
  terminal: process,
  stop: stopping.signal,
};
await (config.simulate ? withSimulator(context, serve) : serve(context));
process.exit(0);
