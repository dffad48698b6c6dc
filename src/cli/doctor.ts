import { type InvocationArn, readInvocationArn } from "../aws/arn.ts";
import { CallError } from "../aws/call-error.ts";
import { resolveEndpoint } from "../aws/endpoint.ts";
import { runtimeHostPrefix } from "../aws/runtime-client.ts";
import { loadProfileSettings } from "../aws/shared-config.ts";
import { createStsClient } from "../aws/sts-client.ts";
import { describeArnProblem } from "../jobs/describe-arn-problem.ts";
import type { Clock } from "../ports.ts";
import { product } from "../product.ts";
import { denoAllows, runtimeName } from "../serving/listen.ts";
import { type CommandContext, type CommandRun, exitCodes, isWrongSetting } from "./command.ts";
import { compose } from "./compose-process.ts";
import { checkClock, checkIdentity, checkStatusCall } from "./doctor-call-checks.ts";
import { checkCallerRole, doctorCaller } from "./doctor-caller-role.ts";
import {
  type Check,
  checkCredentials,
  checkEndpoint,
  checkRegion,
  checkRuntime,
  type Tried,
} from "./doctor-checks.ts";
import { checkLines, verdictLines } from "./doctor-lines.ts";
import { checkResults } from "./doctor-results-check.ts";
import { homePlace } from "./home-place.ts";
import { lookOf } from "./terminal-look.ts";

/** What on the way from this machine to AWS is good and what is bad, each with its mend. */
export const runDoctor: CommandRun = async (context) => {
  const { config, env, operands, terminal } = context;
  const [given] = operands;
  const reading = given === undefined ? undefined : readInvocationArn(given);
  if (given !== undefined && reading?.ok === false) {
    terminal.stderr.write(`The ARN ${describeArnProblem(reading.problem, given)}\n`);
    return exitCodes.wrongUse;
  }
  const look = lookOf(terminal.stdout, env);
  const checks: Check[] = [];
  for await (const check of examine(context, reading?.ok ? reading.arn : undefined)) {
    checks.push(check);
    if (!config.json) terminal.stdout.write(checkLines(check, look));
  }
  const ok = checks.every(({ state }) => state !== "bad");
  terminal.stdout.write(
    config.json
      ? `${JSON.stringify({ ok, name: product.name, version: product.version, checks }, undefined, 2)}\n`
      : verdictLines(checks, look),
  );
  if (checks.some(({ facts }) => facts !== undefined && isWrongSetting(facts))) return exitCodes.wrongUse;
  return ok ? exitCodes.ok : exitCodes.callFailed;
};

/** The checks one after the other, each as soon as it is known. */
async function* examine(context: CommandContext, arn: InvocationArn | undefined): AsyncGenerator<Check> {
  const { clock, config, env, stop } = context;
  const { callers, clientParts, credentials, results, watcher } = compose(config, context);
  const caller = doctorCaller(config);
  const attempt = <T>(call: () => Promise<T>) => tried(clock, call);

  const { profile } = config;
  const profileSettings = await attempt(() =>
    loadProfileSettings({ env, ...(profile === undefined ? {} : { profile }) }),
  );
  const place = homePlace(arn, env, profileSettings.ok ? profileSettings.value : {});
  const endpoint = await attempt(async () => {
    const { endpoint: settings } = await clientParts("bedrock_data_automation_runtime");
    return { settings, url: resolveEndpoint(runtimeHostPrefix, place, settings) };
  });
  yield checkRuntime(runtimeName(), endpoint.ok ? missingFlag(endpoint.value.url) : undefined);
  yield checkRegion(place);
  yield checkEndpoint(endpoint, config);

  const keys = await attempt(() => credentials.get({ waitMs: config.callTimeout * 1000, signal: stop }));
  const lenient = endpoint.ok && endpoint.value.settings.endpointUrl !== undefined;
  yield checkCredentials(keys, { lenient, now: clock.now() });

  // Both are under way at once, so that a network that is down is waited for once.
  const asked = keys.ok
    ? attempt(async () =>
        createStsClient(await clientParts("sts")).getCallerIdentity(place, { signal: stop }),
      )
    : undefined;
  const assumed =
    keys.ok && config.callerRole !== undefined
      ? attempt(() => callers.get({ caller, region: place.region, signal: stop }))
      : undefined;
  const called =
    keys.ok && arn !== undefined
      ? attempt(async () => (await watcher.read(arn, { caller, signal: stop })).job)
      : undefined;

  const identity = await asked;
  yield checkIdentity(identity);
  if (config.callerRole !== undefined) yield checkCallerRole(await assumed, config.callerRole, arn);
  const status = await called;
  const offsets = [identity, status].map((result) =>
    result === undefined
      ? undefined
      : result.ok
        ? offsetIn(result.value)
        : result.error.facts.clockOffsetSeconds,
  );
  yield checkClock(offsets);
  // Of a role that is assumed for callers, the account says itself where it acts.
  const signer = identity?.ok && config.callerRole === undefined ? identity.value : undefined;
  yield checkStatusCall(status, arn, signer);
  yield await checkResults({
    arn,
    status,
    source: results,
    wanted: config.results === "on",
    fetch: (address) =>
      attempt(() =>
        results.store.getObject(address, { caller, place, maxBytes: results.maxBytes, signal: stop }),
      ),
  });
}

/** What Deno lacks to ask this server, as its flag: a line that shows no credentials cannot tell. */
function missingFlag({ hostname, port, protocol }: URL): string | undefined {
  const host = `${hostname}:${port || (protocol === "http:" ? 80 : 443)}`;
  return denoAllows({ name: "net", host }) ? undefined : `--allow-net=${host}`;
}

function offsetIn(value: object): number | undefined {
  return "clockOffsetSeconds" in value && typeof value.clockOffsetSeconds === "number"
    ? value.clockOffsetSeconds
    : undefined;
}

/** @throws whatever is thrown that is no `CallError`: a bug */
async function tried<T>(clock: Clock, call: () => Promise<T>): Promise<Tried<T>> {
  const begun = clock.monotonic();
  try {
    const value = await call();
    return { ok: true, value, milliseconds: Math.round(clock.monotonic() - begun) };
  } catch (thrown) {
    if (thrown instanceof CallError) return { ok: false, error: thrown };
    throw thrown;
  }
}
