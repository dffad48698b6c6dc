import { readingEnvironment } from "./credential-permission.ts";
import type { RawCredentials } from "./credential-process.ts";
import type { Environment } from "./shared-config-files.ts";

/**
 * Keys in the environment, where both are set. Blanks around a value never belong to it.
 * @throws CallError `runtime_permission`
 */
export function environmentKeys(env: Environment): RawCredentials | undefined {
  return readingEnvironment(() => {
    const accessKeyId = env.AWS_ACCESS_KEY_ID?.trim();
    const secretAccessKey = env.AWS_SECRET_ACCESS_KEY?.trim();
    if (!accessKeyId || !secretAccessKey) return undefined;
    const sessionToken = env.AWS_SESSION_TOKEN?.trim();
    const expiresAt = Date.parse(env.AWS_CREDENTIAL_EXPIRATION ?? "");
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken ? { sessionToken } : {}),
      ...(Number.isNaN(expiresAt) ? {} : { expiresAt }),
    };
  });
}
