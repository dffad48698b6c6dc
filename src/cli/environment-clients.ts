import type { CredentialSource } from "../aws/credentials.ts";
import { endpointSettings } from "../aws/endpoint.ts";
import { type AwsClients, clientsFor } from "./clients-for.ts";
import type { ComposeConfig, Surroundings } from "./compose.ts";

/** The same clients from variables alone: AWS's shared files and its packages are not looked at, nor even loaded. */
export function createEnvironmentClients(
  config: ComposeConfig,
  surroundings: Surroundings,
  credentials: CredentialSource,
): Promise<AwsClients> {
  return clientsFor(config, surroundings, credentials, async (service) => ({
    ...surroundings,
    credentials,
    maxAttempts: config.maxAttempts ?? 3,
    attemptTimeoutMs: config.attemptTimeout * 1000,
    totalTimeoutMs: config.callTimeout * 1000,
    endpoint: endpointSettings(service, surroundings.env),
  }));
}
