import type { CredentialSource } from "../aws/credentials.ts";
import type { ServiceId } from "../aws/endpoint.ts";
import {
  createRuntimeClient,
  type DataAutomationRuntime,
  type ServiceClientParts,
} from "../aws/runtime-client.ts";
import { createS3Client, type ResultStore } from "../aws/s3-client.ts";
import type { ComposeConfig, Surroundings } from "./compose.ts";
import { onceItWorks } from "./once-it-works.ts";

/** The clients of AWS's services, over one source of credentials. Each is made by the first call of it. */
export interface AwsClients {
  /** This server's own. */
  readonly credentials: CredentialSource;
  /** What calls are made with: each caller's own where a role is assumed for them, else this server's. */
  readonly callers: CredentialSource;
  /** @throws CallError where the settings cannot be used */
  runtime(): Promise<DataAutomationRuntime>;
  /** @throws CallError where the settings cannot be used */
  objects(): Promise<ResultStore>;
  /** What a client of one more service is made from. @throws CallError where the settings cannot be used */
  clientParts(service: ServiceId): Promise<ServiceClientParts>;
}

/** The clients over this server's own credentials, wherever those are from. */
export async function clientsFor(
  config: ComposeConfig,
  surroundings: Surroundings,
  credentials: CredentialSource,
  clientParts: AwsClients["clientParts"],
): Promise<AwsClients> {
  const callers = (await callerCredentials(config, surroundings, clientParts)) ?? credentials;
  const onBehalf = async (service: ServiceId): Promise<ServiceClientParts> => ({
    ...(await clientParts(service)),
    credentials: callers,
  });
  return {
    credentials,
    callers,
    clientParts,
    runtime: onceItWorks(async () => createRuntimeClient(await onBehalf("bedrock_data_automation_runtime"))),
    objects: onceItWorks(async () => createS3Client(await onBehalf("s3"))),
  };
}

/** Milliseconds for AssumeRole: less than a call waits for credentials, so that STS's own failure is what is told. */
const assumeRoleMs = { attempt: 4_000, total: 9_000 } as const;

/** Credentials of each caller's own, where a role is assumed for them; else absent. */
async function callerCredentials(
  { callerRole, callerTags = [] }: Pick<ComposeConfig, "callerRole" | "callerTags">,
  { clock, log }: Pick<Surroundings, "clock" | "log">,
  clientParts: AwsClients["clientParts"],
): Promise<CredentialSource | undefined> {
  if (callerRole === undefined) return undefined;
  const [{ CallerCredentials }, { createStsClient }] = await Promise.all([
    import("../aws/caller-credentials.ts"),
    import("../aws/sts-client.ts"),
  ]);
  const sts = onceItWorks(async () => {
    const parts = await clientParts("sts");
    return createStsClient({
      ...parts,
      attemptTimeoutMs: Math.min(parts.attemptTimeoutMs, assumeRoleMs.attempt),
      totalTimeoutMs: Math.min(0.9 * parts.totalTimeoutMs, assumeRoleMs.total),
    });
  });
  return new CallerCredentials({ role: { arn: callerRole, tags: callerTags }, sts, clock, log });
}
