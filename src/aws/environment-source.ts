import { CallError } from "./call-error.ts";
import { environmentKeys } from "./credential-environment.ts";
import { checkKeys, sameKeys } from "./credential-keys.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";
import type { Environment } from "./shared-config-files.ts";

/**
 * Keys in the environment and nothing else, where there are neither files nor processes: on Cloudflare Workers. It
 * does no I/O and sets no timer, so requests that must not wait for each other can share one. The environment is read
 * anew each time.
 */
export function createEnvironmentSource(env: Environment): CredentialSource {
  let held: Credentials | undefined;
  return {
    async get() {
      const keys = environmentKeys(env);
      if (keys === undefined) {
        throw new CallError(
          "no_credentials",
          "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set.",
          {
            setting: env.AWS_ACCESS_KEY_ID ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID",
          },
        );
      }
      checkKeys(keys);
      if (held === undefined || !sameKeys(held, keys)) {
        held = { ...keys, source: "environment", signingKeys: new Map() };
      }
      return held;
    },
    // There are no others to ask for.
    refused() {},
  };
}
