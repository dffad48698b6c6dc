import type { Clock, Log } from "../ports.ts";
import { CallError } from "./call-error.ts";
import { askSource, type MayReach } from "./credential-ask.ts";
import { environmentKeys } from "./credential-environment.ts";
import { type AskSource, CredentialMemory } from "./credential-memory.ts";
import { describePlan, planCredentials } from "./credential-plan.ts";
import type { CredentialSource } from "./credentials.ts";
import { askedProfile } from "./shared-config.ts";
import { type Environment, loadSharedConfig, profileNotFound } from "./shared-config-files.ts";

export interface CredentialSourceParts {
  /** The process's environment: AWS's packages read that, whatever is handed in here. */
  readonly env: Environment;
  /** By flag; without it AWS_PROFILE counts. */
  readonly profile?: string;
  readonly clock: Clock;
  readonly log: Log;
  /** For STS behind a source, where neither the profile nor the environment names one. */
  readonly region?: string;
  readonly mayReach?: MayReach;
}

/**
 * AWS credentials by AWS's order: keys in the environment, and nothing else loaded for them; a profile; web identity;
 * the container; the instance. As in AWS's chain for JavaScript, a profile that was asked for, by flag or AWS_PROFILE,
 * goes before keys in the environment.
 */
export function createCredentialSource(parts: CredentialSourceParts): CredentialSource {
  const { env, clock, log, profile } = parts;
  let bothSaid = false;
  const ask: AskSource = async (onSource) => {
    const asked = askedProfile(profile === undefined ? { env } : { env, profile });
    const keys = environmentKeys(env);
    if (keys !== undefined && asked === undefined) {
      return { ...keys, source: "environment", mayChange: false };
    }
    if (keys !== undefined && !bothSaid) {
      bothSaid = true;
      log.warn("Both a profile and keys are set in the environment; the profile is used");
    }
    const shared = await loadSharedConfig(env);
    if (asked !== undefined && shared.credentialProfile(asked) === undefined) throw profileNotFound(asked);
    const plan = planCredentials(env, shared, asked);
    onSource(describePlan(plan));
    const found = await askSource(plan, parts).catch((thrown: unknown) => {
      throw halfAPair(thrown, env) ?? thrown;
    });
    return { ...found, mayChange: plan.kind === "static" };
  };
  return new CredentialMemory(ask, clock, log);
}

/** Nothing was found, and half of what would have been enough stands in the environment. */
function halfAPair(thrown: unknown, env: Environment): CallError | undefined {
  if (!(thrown instanceof CallError) || thrown.code !== "no_credentials") return undefined;
  const [has, lacks] = env.AWS_ACCESS_KEY_ID
    ? ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
    : ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"];
  if (!env[has]) return undefined;
  return new CallError("no_credentials", `${has} is set without ${lacks}, and no other source has any.`, {
    ...thrown.facts,
    setting: lacks,
  });
}
