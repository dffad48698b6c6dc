import type { Clock, Log } from "../ports.ts";
import { CallError } from "./call-error.ts";
import { credentialFailure } from "./credential-failure.ts";
import { type CredentialPlan, describeFeatures, describePlan } from "./credential-plan.ts";
import { type RawCredentials, runCredentialProcess } from "./credential-process.ts";
import { withDeadline } from "./deadline.ts";
import type { Environment } from "./shared-config-files.ts";

export interface AskParts {
  readonly env: Environment;
  readonly log: Log;
  readonly clock: Clock;
  /** For AWS's own clients behind a source (STS), where no profile names one. */
  readonly region?: string;
  readonly mayReach?: MayReach;
}

/** Whether this runtime lets a host, with its port, be asked. */
export type MayReach = (host: string) => boolean;

export interface SourcedCredentials extends RawCredentials {
  readonly source: string;
}

/** A process may put a login before a person's eyes; longer than that it is taken for stuck. */
const processTimeoutMs = 60_000;
/** AWS's packages let some sources hang for ever. */
const awsTimeoutMs = 12_000;
/** Twelve days: when its time is up, AWS's package does no more than warn on the console. */
const neverMs = 2 ** 30;
const containerAttempts = 3;
const containerPauseMs = 1_000;

/**
 * Asks the planned source, once, with nothing remembered from before: files are read again, providers made anew.
 * @throws CallError
 */
export async function askSource(plan: CredentialPlan, parts: AskParts): Promise<SourcedCredentials> {
  const notes: string[] = [];
  try {
    if ("settings" in plan && plan.fault !== undefined) throw plan.fault;
    if (plan.kind !== "process") {
      return await withDeadline(parts.clock, awsTimeoutMs, undefined, () => askAws(plan, parts, notes));
    }
    const command = plan.settings.credential_process ?? "";
    const keys = await runCredentialProcess(command, { timeoutMs: processTimeoutMs, now: parts.clock.now() });
    return { ...keys, source: describePlan(plan) };
  } catch (thrown) {
    parts.log.debug("A source of credentials failed", {
      source: describePlan(plan),
      error: thrown instanceof Error ? thrown.name : typeof thrown,
    });
    throw withPermission(credentialFailure(thrown, plan, notes), plan, parts);
  }
}

async function askAws(plan: CredentialPlan, parts: AskParts, notes: string[]): Promise<SourcedCredentials> {
  const { env, log, region } = parts;
  const aws = await import("@aws-sdk/credential-providers");
  const profile = plan.profile === undefined ? {} : { profile: plan.profile };
  const init = { ...profile, ignoreCache: true, logger: listener(log, notes) };
  const asked = { callerClientConfig: { ...profile, region: async () => regionFor(plan, env, region) } };
  const ask = () => {
    // The chain would go on to the machine's role where a profile is broken, and forgets why the last link failed.
    if ("settings" in plan) return aws.fromIni(init)(asked);
    if (plan.kind === "container") {
      const patient = { ...init, timeout: neverMs, maxRetries: 0 };
      return askAgain(parts.clock, () => aws.fromHttp(patient)());
    }
    if (plan.kind === "instance_endpoint" && !isOn(env.AWS_EC2_METADATA_DISABLED)) {
      return aws.fromInstanceMetadata(init)();
    }
    return aws.fromNodeProviderChain(init)(asked);
  };
  const given = await ask();
  return {
    accessKeyId: given.accessKeyId,
    secretAccessKey: given.secretAccessKey,
    ...(given.sessionToken ? { sessionToken: given.sessionToken } : {}),
    ...(given.expiration === undefined ? {} : { expiresAt: given.expiration.getTime() }),
    source: ("settings" in plan ? undefined : describeFeatures(featuresOf(given))) ?? describePlan(plan),
  };
}

/** As AWS's packages read it. */
function isOn(variable: string | undefined): boolean {
  return Boolean(variable) && variable !== "false";
}

/** A container's endpoint that is only busy is asked again; what it refuses, it would refuse again. */
async function askAgain<T>(clock: Clock, ask: () => Promise<T>): Promise<T> {
  for (let asked = 1; ; asked += 1) {
    try {
      return await ask();
    } catch (thrown) {
      const words = thrown instanceof Error ? thrown.message : "";
      if (asked === containerAttempts || !/status: 5\d\d|ECONN/.test(words)) throw thrown;
      await clock.sleep(containerPauseMs);
    }
  }
}

/** The names under which AWS's packages note where credentials came from. */
function featuresOf(given: object): string[] {
  return "$source" in given && typeof given.$source === "object" && given.$source !== null
    ? Object.keys(given.$source)
    : [];
}

/** AWS's packages know neither AWS_DEFAULT_REGION nor the region of the job; without one they warn on the console. */
function regionFor(plan: CredentialPlan, env: Environment, region: string | undefined): string {
  const ofProfile = "settings" in plan ? plan.settings.region : undefined;
  return ofProfile || region || env.AWS_REGION || env.AWS_DEFAULT_REGION || "us-east-1";
}

/** Why an instance's metadata could not be asked gets lost in AWS's packages; Deno may be the reason. */
function withPermission(failure: CallError, plan: CredentialPlan, { env, mayReach }: AskParts): CallError {
  if (plan.kind !== "instance" && plan.kind !== "instance_endpoint") return failure;
  const { host, port } = instanceUrl(env);
  const hostWithPort = port === "" ? `${host}:80` : host;
  if (mayReach?.(hostWithPort) ?? true) return failure;
  const missing = `--allow-net=${hostWithPort}`;
  // Nobody said that this is an instance: the permission may be missing, and help nothing.
  if (plan.kind === "instance") return failure.with({ missingPermission: missing });
  return new CallError("runtime_permission", `Deno was started without ${missing}.`, {
    ...failure.facts,
    missingPermission: missing,
  });
}

function instanceUrl(env: Environment): URL {
  const url = env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? "";
  return new URL(URL.canParse(url) ? url : "http://169.254.169.254");
}

/**
 * Keeps what AWS's packages would otherwise say on the console. Their words are never logged, since they may hold what
 * a server sent; a warning that is known is logged in words of our own.
 */
function listener(log: Log, notes: string[]) {
  return {
    trace() {},
    debug: (...words: unknown[]) => void notes.push(...words.filter((word) => typeof word === "string")),
    info() {},
    warn(words: unknown) {
      const text = typeof words === "string" ? words : "";
      const known = knownWarnings.find(([pattern]) => pattern.test(text));
      if (known !== undefined) log.warn(known[1]);
    },
    error() {},
  };
}

const knownWarnings: readonly (readonly [RegExp, string])[] = [
  [
    /expiration extension|credential renew failed/i,
    "The instance did not renew its keys; the old ones are kept",
  ],
  [/failed to refresh token/i, "The console login was not renewed; it is used until it expires"],
];
