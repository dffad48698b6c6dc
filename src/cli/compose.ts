import { CallError } from "../aws/call-error.ts";
import type { CredentialSource } from "../aws/credentials.ts";
import type { ServiceId } from "../aws/endpoint.ts";
import { partitionOfArn } from "../aws/partitions.ts";
import type { CallerTag } from "../aws/role-session.ts";
import type { DataAutomationRuntime, ServiceClientParts } from "../aws/runtime-client.ts";
import type { Environment } from "../config.ts";
import { servedJobs } from "../jobs/watcher/served-jobs.ts";
import { createJobWatcher, type JobWatcher, type MakeFailure } from "../jobs/watcher/watcher.ts";
import type { Observer } from "../observer.ts";
import type { Clock, Fetch, Log, Random } from "../ports.ts";
import { type Catalogue, createCatalogue } from "../tools/catalogue.ts";
import type { ResultsSource } from "../tools/results-files.ts";
import type { AwsClients } from "./clients-for.ts";
import { onceItWorks } from "./once-it-works.ts";

/** What of the world outside is handed in. */
export interface Surroundings {
  readonly env: Environment;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly log: Log;
  /** Hears of every call. Absent where nobody looks. */
  readonly observer?: Observer | undefined;
}

/** The parts of the product, put together. Nothing has been loaded or called yet: the first call does that. */
export interface Composition {
  readonly catalogue: Catalogue;
  /** This server's own. */
  readonly credentials: Pick<CredentialSource, "get">;
  /** What calls are made with: each caller's own where a role is assumed for them, else this server's. */
  readonly callers: Pick<CredentialSource, "get">;
  /** Stop it when the program ends: it may have jobs under watch. */
  readonly watcher: JobWatcher;
  /** How results are read: from S3, within what the configuration allows. */
  readonly results: ResultsSource;
  /** What a client of one more service is made from. @throws CallError where the settings cannot be used */
  clientParts(service: ServiceId): Promise<ServiceClientParts>;
}

/** What of the configuration the parts need. What is absent is not limited, not named, or as it is by default. */
export interface ComposeConfig {
  /** A profile in ~/.aws. */
  readonly profile?: string | undefined;
  /** Seconds for one call to AWS to be answered. */
  readonly attemptTimeout: number;
  /** Seconds for a call to AWS with all its retries. */
  readonly callTimeout: number;
  /** Calls to AWS in all, the first included. */
  readonly maxAttempts?: number | undefined;
  /** Status calls to one account and region, of each caller. */
  readonly maxCallsPerSecond: number;
  /** Of all callers together. */
  readonly maxCallsPerSecondInAll?: number | undefined;
  /** Seals the ids of tasks: the same for all processes that answer for each other's. */
  readonly taskKey?: string | undefined;
  readonly results?: "on" | "off" | undefined;
  /** Buckets that results are read from. */
  readonly allowedBuckets?: readonly string[] | undefined;
  /** The account that they have to be of, in twelve digits. */
  readonly bucketOwner?: string | undefined;
  /** Bytes of one file of results. */
  readonly maxResultBytes?: number | undefined;
  /** Accounts and regions whose jobs may be asked about. */
  readonly allowedAccounts?: readonly string[] | undefined;
  readonly allowedRegions?: readonly string[] | undefined;
  /** The ARN of the role in which each caller's calls are signed, and claims that are passed on as session tags. */
  readonly callerRole?: string | undefined;
  readonly callerTags?: readonly CallerTag[] | undefined;
}

const defaultMaxResultBytes = 32 * 1024 * 1024;

/** Makes the clients of AWS's services. */
export type MakeAwsClients = (config: ComposeConfig, surroundings: Surroundings) => Promise<AwsClients>;

/** `makeClients` runs at the first call, which a start need not wait for. */
export function composeWith(
  makeClients: MakeAwsClients,
  config: ComposeConfig,
  surroundings: Surroundings,
): Composition {
  const { clock } = surroundings;
  const aws = onceItWorks(() => makeClients(config, surroundings));
  const runtime: DataAutomationRuntime = {
    credentialKey: async (options) => (await (await aws()).runtime()).credentialKey(options),
    getDataAutomationStatus: async (arn, options) =>
      (await (await aws()).runtime()).getDataAutomationStatus(arn, options),
  };
  const failure: MakeFailure = (code, message, facts) => new CallError(code, message, facts);
  const { callerRole, maxCallsPerSecond, maxCallsPerSecondInAll } = config;
  const { allowedAccounts: accounts = [], allowedRegions: regions = [] } = config;
  const rolePartition = callerRole === undefined ? undefined : partitionOfArn(callerRole);
  const watcher = servedJobs(
    createJobWatcher({ ...surroundings, runtime, maxCallsPerSecond, maxCallsPerSecondInAll, failure }),
    { accounts, regions, ...(rolePartition === undefined ? {} : { partition: rolePartition.id }) },
    failure,
  );
  const { allowedBuckets = [], bucketOwner, maxResultBytes = defaultMaxResultBytes } = config;
  const results: ResultsSource = {
    store: {
      getObject: async (address, options) => (await (await aws()).objects()).getObject(address, options),
    },
    after: (milliseconds, work) => clock.after(milliseconds, work),
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
  return {
    catalogue,
    credentials: { get: async (options) => (await aws()).credentials.get(options) },
    callers: { get: async (options) => (await aws()).callers.get(options) },
    results,
    watcher,
    clientParts: async (service) => (await aws()).clientParts(service),
  };
}
