import { CallError } from "../aws/call-error.ts";
import { createCredentialSource } from "../aws/credential-source.ts";
import type { CredentialSource } from "../aws/credentials.ts";
import { endpointSettings, type ServiceId } from "../aws/endpoint.ts";
import {
  createRuntimeClient,
  type DataAutomationRuntime,
  type ServiceClientParts,
} from "../aws/runtime-client.ts";
import { createS3Client } from "../aws/s3-client.ts";
import { loadProfileSettings } from "../aws/shared-config.ts";
import type { Config, Environment } from "../config.ts";
import { createJobWatcher, type JobWatcher } from "../jobs/watcher/watcher.ts";
import type { Clock, Fetch, Log, Random } from "../ports.ts";
import { missingDenoPermission } from "../serving/listen.ts";
import { type Catalogue, createCatalogue } from "../tools/catalogue.ts";
import type { ResultsSource } from "../tools/results-files.ts";

/** What of the world outside is handed in. */
export interface Surroundings {
  readonly env: Environment;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly log: Log;
}

/** The parts of the product, put together. Nothing has been loaded or called yet: the first call does that. */
export interface Composition {
  readonly catalogue: Catalogue;
  readonly credentials: CredentialSource;
  readonly runtime: DataAutomationRuntime;
  /** Stop it when the program ends: it may have jobs under watch. */
  readonly watcher: JobWatcher;
  /** How results are read: from S3, within what the configuration allows. */
  readonly results: ResultsSource;
  /** What a client of one more service is made from. @throws CallError where the settings cannot be used */
  clientParts(service: ServiceId): Promise<ServiceClientParts>;
}

type ComposeConfig = Pick<
  Config,
  "profile" | "attemptTimeout" | "callTimeout" | "maxAttempts" | "maxCallsPerSecond"
> &
  Partial<Pick<Config, "taskKey" | "results" | "allowedBuckets" | "bucketOwner" | "maxResultBytes">>;

const defaultMaxResultBytes = 32 * 1024 * 1024;

export function compose(config: ComposeConfig, surroundings: Surroundings): Composition {
  const { env, clock, log } = surroundings;
  const { profile } = config;
  const credentials = createCredentialSource({
    env,
    ...(profile === undefined ? {} : { profile }),
    clock,
    log,
    missingPermission: missingDenoPermission,
  });
  const profileSettings = onceItWorks(() =>
    loadProfileSettings({ env, ...(profile === undefined ? {} : { profile }) }),
  );
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
  const client = onceItWorks(async () =>
    createRuntimeClient(await clientParts("bedrock_data_automation_runtime")),
  );
  const runtime: DataAutomationRuntime = {
    credentialKey: async (options) => (await client()).credentialKey(options),
    getDataAutomationStatus: async (arn, options) => (await client()).getDataAutomationStatus(arn, options),
  };
  const watcher = createJobWatcher({
    ...surroundings,
    runtime,
    maxCallsPerSecond: config.maxCallsPerSecond,
    failure: (code, message, facts) => new CallError(code, message, facts),
  });
  const s3 = onceItWorks(async () => createS3Client(await clientParts("s3")));
  const { allowedBuckets = [], bucketOwner, maxResultBytes = defaultMaxResultBytes } = config;
  const results: ResultsSource = {
    store: { getObject: async (address, options) => (await s3()).getObject(address, options) },
    maxBytes: maxResultBytes,
    allowedBuckets,
    ...(bucketOwner === undefined ? {} : { bucketOwner }),
  };
  const catalogue = createCatalogue({
    watcher,
    now: () => clock.now(),
    random: surroundings.random,
    taskSecret: config.taskKey,
    ...(config.results === "off" ? {} : { results }),
  });
  return { catalogue, credentials, results, runtime, watcher, clientParts };
}

/** Runs `make` until it has worked once, then remembers: a setting that was mended needs no restart. */
function onceItWorks<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((thrown: unknown) => {
      made = undefined;
      throw thrown;
    });
    return made;
  };
}
