/** What all places have in common that call a function with each request instead of running a process that listens. */
import { Hono } from "hono";
import type { Surroundings } from "../cli/compose.ts";
import { createLog } from "../cli/log.ts";
import { callersAreChecked, type Environment, readVariables, type VariablesReading } from "../config.ts";
import { systemClock } from "../ports.ts";
import type { HttpEnv } from "../serving/http-env.ts";
import { loopbackUnproxied } from "../serving/loopback-unproxied.ts";

/**
 * The settings of `http`, from variables alone. Such a place is reached by everybody, whatever BDA_MCP_HOST says, so it
 * needs whatever makes sure of who calls.
 */
export function readHostedConfig(env: Environment): VariablesReading {
  const reading = readVariables("http", env);
  if (reading.kind === "wrong") return reading;
  const { config } = reading;
  const problems = [
    ...(callersAreChecked(config)
      ? []
      : [
          "Everyone who reaches this server could use its AWS permissions. Set BDA_MCP_AUTH_TOKEN or BDA_MCP_OIDC_ISSUER; or BDA_MCP_BEHIND_AUTH=true, if a gateway in front of it authenticates callers.",
        ]),
    ...(config.oidcIssuer === undefined || config.publicUrl !== undefined
      ? []
      : [
          "BDA_MCP_OIDC_ISSUER needs BDA_MCP_PUBLIC_URL, like https://mcp.example.com/mcp: clients are told by it where they get tokens, and compare it with the one they use.",
        ]),
    ...(config.simulate ? [needsProcess("BDA_MCP_SIMULATE")] : []),
    ...(config.metrics === undefined ? [] : [needsProcess("BDA_MCP_METRICS")]),
  ];
  return problems.length > 0 ? { kind: "wrong", problems } : reading;
}

function needsProcess(variable: string): string {
  return `${variable} needs a process of its own, which there is not here.`;
}

/** The world outside, as every such place has it. `write` takes one line of the log. */
export function hostedSurroundings(
  env: Environment,
  settings: VariablesReading,
  write: (line: string) => void,
): Surroundings {
  return {
    env,
    clock: systemClock,
    random: Math.random,
    fetch: loopbackUnproxied((input, init) => fetch(input, init)),
    log: createLog({
      level: settings.kind === "run" ? settings.config.logLevel : "info",
      format: settings.kind === "run" && settings.config.logFormat === "text" ? "text" : "json",
      write,
      now: () => systemClock.now(),
    }),
  };
}

/** Answers whatever comes, where the settings are wrong: which they are is for the log, not for callers. */
export function misconfiguredApp(problems: readonly string[], { log }: Surroundings): Hono<HttpEnv> {
  for (const problem of problems) log.error("wrong settings", { problem });
  const error = { code: -32603, message: "This server's settings are wrong; its log says which." };
  return new Hono<HttpEnv>().all("*", (c) => c.json({ jsonrpc: "2.0", error, id: null }, 500));
}
