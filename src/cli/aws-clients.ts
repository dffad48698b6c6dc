import { createCredentialSource } from "../aws/credential-source.ts";
import type { CredentialSource } from "../aws/credentials.ts";
import { endpointSettings, type ServiceId } from "../aws/endpoint.ts";
import {
  createRuntimeClient,
  type DataAutomationRuntime,
  type ServiceClientParts,
} from "../aws/runtime-client.ts";
import { createS3Client, type ResultStore } from "../aws/s3-client.ts";
import { loadProfileSettings } from "../aws/shared-config.ts";
import { missingDenoPermission } from "../serving/listen.ts";
import type { ComposeConfig, Surroundings } from "./compose.ts";
import { onceItWorks } from "./once-it-works.ts";

/** The clients of AWS's services, over one source of credentials. Each is made by the first call of it. */
export interface AwsClients {
  readonly credentials: CredentialSource;
  /** @throws CallError where the settings cannot be used */
  runtime(): Promise<DataAutomationRuntime>;
  /** @throws CallError where the settings cannot be used */
  objects(): Promise<ResultStore>;
  /** What a client of one more service is made from. @throws CallError where the settings cannot be used */
  clientParts(service: ServiceId): Promise<ServiceClientParts>;
}

export function createAwsClients(config: ComposeConfig, surroundings: Surroundings): AwsClients {
  const { env, clock, log } = surroundings;
  const profile = config.profile === undefined ? {} : { profile: config.profile };
  const credentials = createCredentialSource({
    env,
    ...profile,
    clock,
    log,
    missingPermission: missingDenoPermission,
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
  return {
    credentials,
    clientParts,
    runtime: onceItWorks(async () =>
      createRuntimeClient(await clientParts("bedrock_data_automation_runtime")),
    ),
    objects: onceItWorks(async () => createS3Client(await clientParts("s3"))),
  };
}
