import { outputBucket } from "../jobs/life.ts";
import { resultsJobs, type SimulatedBucket, simulatedBuckets, usualObjects } from "./jobs.ts";
import type { JobObjects, S3Error, Stored } from "./stored.ts";

export type ObjectFinding =
  | { readonly kind: "found"; readonly stored: Stored }
  | { readonly kind: "elsewhere"; readonly bucket: SimulatedBucket }
  | { readonly kind: "error"; readonly error: S3Error };

const noSuchKey: S3Error = {
  code: "NoSuchKey",
  httpStatus: 404,
  message: "The specified key does not exist.",
};
const noSuchBucket: S3Error = {
  code: "NoSuchBucket",
  httpStatus: 404,
  message: "The specified bucket does not exist",
};

const objectsByFolder: ReadonlyMap<string, JobObjects> = new Map(
  resultsJobs.map(({ folder, objects }) => [folder, objects]),
);

/** What S3 has under this key, for a request that was signed for this region. */
export function findObject(bucketName: string, key: string, region: string): ObjectFinding {
  const bucket = simulatedBuckets.find(({ name }) => name === bucketName);
  if (bucket === undefined) return { kind: "error", error: noSuchBucket };
  if (bucket.region !== region) return { kind: "elsewhere", bucket };
  const stored = ownObject(`s3://${bucketName}/${key}`) ?? usualObject(bucketName, key);
  return stored === undefined ? { kind: "error", error: noSuchKey } : { kind: "found", stored };
}

function ownObject(uri: string): Stored | undefined {
  for (const [folder, objects] of objectsByFolder) {
    if (uri.startsWith(folder)) return at(objects, uri.slice(folder.length));
  }
  return undefined;
}

/** Any job that succeeds has results, the thousand of the fleet too: they are made when they are asked for. */
function usualObject(bucketName: string, key: string): Stored | undefined {
  const [, jobId = "", rest] = /^results\/([^/]+)\/(.+)$/s.exec(key) ?? [];
  if (bucketName !== outputBucket || rest === undefined) return undefined;
  return at(usualObjects(jobId, `s3://${bucketName}/results/${jobId}/`), rest);
}

function at(objects: JobObjects, name: string): Stored | undefined {
  return Object.hasOwn(objects, name) ? objects[name] : undefined;
}
