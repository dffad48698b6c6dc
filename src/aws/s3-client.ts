import type { Caller } from "../caller.ts";
import type { CallNotes } from "../observer.ts";
import type { Log } from "../ports.ts";
import { AtMost } from "./at-most.ts";
import type { SignedCall } from "./attempt.ts";
import { CallError } from "./call-error.ts";
import type { EndpointSettings } from "./endpoint.ts";
import { partitionById } from "./partitions.ts";
import type { ServiceClientParts } from "./runtime-client.ts";
import { type ObjectAddress, resolveObjectUrl, type S3Place } from "./s3-endpoint.ts";
import { readS3Failure } from "./s3-failure.ts";
import { SignedHttp } from "./signed-http.ts";

export type { ObjectAddress, S3Place } from "./s3-endpoint.ts";

/** How one object is read. */
export interface GetObjectOptions {
  /** Partition of the bucket, and the region to ask first. Where the bucket really is, is found and remembered. */
  readonly place: S3Place;
  /** An object over this many bytes is refused as `too_large`. */
  readonly maxBytes: number;
  /** Account that has to own the bucket: twelve digits. */
  readonly expectedBucketOwner?: string;
  /** On whose behalf. Absent: this server's. */
  readonly caller?: Caller | undefined;
  /** Of the request that asks: gets the id of S3's answer. */
  readonly notes?: CallNotes | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The part of Amazon S3 that this product uses. */
export interface ResultStore {
  /**
   * The bytes of an object, with retries. For each caller at most eight are fetched at a time, the rest wait.
   * @throws CallError
   */
  getObject(address: ObjectAddress, options: GetObjectOptions): Promise<Uint8Array>;
}

const atOnce = 8;

/** From the region that was asked to the bucket's own; a bucket that was moved meanwhile may need one more. */
const maxMoves = 2;

/** Buckets whose region is remembered; the oldest is forgotten first. */
const maxRemembered = 1000;

/** SHA-256 of nothing: the body of a GET. */
const emptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Amazon S3: REST, signing name `s3`. One instance serves the whole process: it remembers where buckets are. */
export function createS3Client(parts: ServiceClientParts): ResultStore {
  const http = new SignedHttp(parts);
  const regions = new BucketRegions(parts.log);
  const turns = new CallersTurns();
  const find = (address: ObjectAddress, options: GetObjectOptions) =>
    regions.find(address.bucket, options.place, (place) =>
      http.send(getObjectCall(address, place, options, parts.endpoint), options),
    );
  return {
    async getObject(address, options) {
      const { caller, signal } = options;
      try {
        return (await turns.run(caller?.id ?? "", signal, () => find(address, options))).body;
      } catch (thrown) {
        // A caller who gives up in the queue is told the same as one who gives up later.
        if (thrown instanceof CallError || signal?.aborted !== true) throw thrown;
        throw new CallError("cancelled", "GetObject was cancelled.", { operation: "GetObject" });
      }
    },
  };
}

function getObjectCall(
  address: ObjectAddress,
  place: S3Place,
  { expectedBucketOwner, maxBytes }: GetObjectOptions,
  endpoint: EndpointSettings,
): SignedCall {
  const owner = expectedBucketOwner === undefined ? {} : { expectedBucketOwner };
  return {
    operation: "GetObject",
    service: "s3",
    region: place.region,
    method: "GET",
    url: resolveObjectUrl(address, place, endpoint),
    headers: {
      "x-amz-content-sha256": emptySha256,
      ...(expectedBucketOwner === undefined ? {} : { "x-amz-expected-bucket-owner": expectedBucketOwner }),
    },
    maxBytes,
    readFailure: (answer, facts) => readS3Failure(answer, { ...facts, ...owner }),
  };
}

/** Where buckets have been found to lie. */
class BucketRegions {
  readonly #log: Log;
  readonly #regions = new Map<string, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Asks in the region that is known, else in the one given, and goes where S3 points. */
  async find<T>(bucket: string, given: S3Place, ask: (place: S3Place) => Promise<T>): Promise<T> {
    const { partition } = given;
    const name = `${partition} ${bucket}`;
    let region = this.#regions.get(name) ?? given.region;
    for (let moves = 0; ; moves += 1) {
      try {
        return await ask({ partition, region });
      } catch (thrown) {
        const next = movedTo(thrown, partition);
        if (next === undefined || moves === maxMoves) throw thrown;
        this.#log.debug("the bucket lies in another region", { asked: region, found: next });
        this.#remember(name, next);
        region = next;
      }
    }
  }

  #remember(name: string, region: string): void {
    this.#regions.delete(name);
    this.#regions.set(name, region);
    const [oldest] = this.#regions.keys();
    if (oldest !== undefined && this.#regions.size > maxRemembered) this.#regions.delete(oldest);
  }
}

/** Each caller has a queue: nobody's many files hold up another's few. */
class CallersTurns {
  readonly #queues = new Map<string, AtMost>();

  async run<T>(caller: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(caller) ?? new AtMost(atOnce);
    this.#queues.set(caller, queue);
    try {
      return await queue.run(work, signal);
    } finally {
      if (queue.idle && this.#queues.get(caller) === queue) this.#queues.delete(caller);
    }
  }
}

/** The region to ask next. S3's answer names it; the host is ours, so a signed request goes to AWS alone. */
function movedTo(thrown: unknown, partition: string): string | undefined {
  if (!(thrown instanceof CallError) || thrown.code !== "wrong_region") return undefined;
  const { bucketRegion } = thrown.facts;
  if (bucketRegion === undefined) return undefined;
  return partitionById(partition)?.regionPattern.test(bucketRegion) === true ? bucketRegion : undefined;
}
