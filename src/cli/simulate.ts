import { devNull } from "node:os";
import { listen } from "../serving/listen.ts";
import { createSimulator } from "../simulator/simulator.ts";
import { traceVariables } from "../telemetry/trace-settings.ts";
import type { CommandContext, CommandRun, ExitCode } from "./command.ts";
import { variableIn } from "./environment.ts";

const hostname = "127.0.0.1";

/**
 * Runs a command against a simulated AWS on a loopback port, through the settings that AWS itself has for such a
 * thing: an endpoint and keys in the environment. Nothing behind this line knows that it is not AWS.
 */
export async function withSimulator(context: CommandContext, runCommand: CommandRun): Promise<ExitCode> {
  const { profile: _, ...config } = context.config;
  const simulator = createSimulator({ clock: context.clock, log: context.log });
  const server = await listen(simulator.app.fetch, { hostname, port: 0 });
  context.log.info("simulating AWS: no account is used", { endpoint: server.url });
  try {
    return await runCommand({
      ...context,
      config: { ...config, simulate: true },
      env: {
        NO_COLOR: variableIn(context.env, "NO_COLOR"),
        TERM: variableIn(context.env, "TERM"),
        ...Object.fromEntries(traceVariables.map((name) => [name, variableIn(context.env, name)])),
        AWS_ENDPOINT_URL: server.url,
        AWS_ACCESS_KEY_ID: simulator.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: simulator.credentials.secretAccessKey,
        AWS_CONFIG_FILE: devNull,
        AWS_SHARED_CREDENTIALS_FILE: devNull,
      },
    });
  } finally {
    await server.close();
  }
}
