import { createCredentialSource } from "../aws/credential-source.ts";
import { endpointSettings, type ServiceId } from "../aws/endpoint.ts";
import type { ServiceClientParts } from "../aws/runtime-client.ts";
import { loadProfileSettings } from "../aws/shared-config.ts";
import { denoAllows } from "../serving/listen.ts";
import { type AwsClients, clientsFor } from "./clients-for.ts";
import type { ComposeConfig, Surroundings } from "./compose.ts";
import { onceItWorks } from "./once-it-works.ts";

/** The clients as a process has them, which may ask every source of credentials that AWS knows of. */
export function createAwsClients(config: ComposeConfig, surroundings: Surroundings): Promise<AwsClients> {
  const { env, clock, log } = surroundings;
  const profile = config.profile === undefined ? {} : { profile: config.profile };
  const credentials = createCredentialSource({
    env,
    ...profile,
    clock,
    log,
    mayReach: (host) => denoAllows({ name: "net", host }),
  });
  const profileSettings = onceItWorks(() => loadProfileSettings({ env, ...profile }));
  const clientParts = async (service: ServiceId): Promise<ServiceClientParts> => {
    const fromProfile = await profileSettings();
    return {
      ...surroundings,
      credentials,
      maxAttempts: config.maxAttempts ?? fromProfile.maxAttempts ?? 3,
      attemptTimeoutMs: config.attemptTimeout * 1000,
      totalTimeoutMs: config.callTimeout * 1000,
      endpoint: endpointSettings(service, env, fromProfile),
    };
  };
  return clientsFor(config, surroundings, credentials, clientParts);
}
