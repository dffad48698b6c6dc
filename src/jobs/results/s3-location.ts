import type { ObjectAddress } from "../../aws/s3-client.ts";

/**
 * Which objects belong to a job. A path in `job_metadata.json` is data: somebody may have written it, and this
 * server reads with rights of its own. So it has to lie in the job's own bucket and under the job's own prefix.
 */
export interface JobOutput {
  readonly bucket: string;
  /** Everything before `job_metadata.json`, the slash included. */
  readonly prefix: string;
  /** The key of `job_metadata.json`. */
  readonly metadataKey: string;
}

/** Why a path is not followed. */
export type PathProblem =
  | "not_s3_uri"
  | "bad_bucket"
  | "no_key"
  /** S3 has no key over 1,024 bytes. */
  | "key_too_long"
  /** Half a UTF-16 pair: no UTF-8, no key. */
  | "not_unicode"
  /** A segment `.` or `..`: a URL would fold it, and another object would be read. */
  | "folded_by_url"
  | "other_bucket"
  | "outside_job"
  | "bucket_not_allowed"
  | "not_job_metadata";

/** An address that may be read, or why it may not. */
export type LocationReading =
  | { readonly ok: true; readonly address: ObjectAddress }
  | { readonly ok: false; readonly problem: PathProblem };

/** Where a job has written, or why that is no place to read from. */
export type JobOutputReading =
  | { readonly ok: true; readonly output: JobOutput }
  | { readonly ok: false; readonly problem: PathProblem };

const metadataName = "job_metadata.json";
const maxKeyBytes = 1024;

/** Bucket names as the service model allows them in an output location. */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** An S3 URI taken apart. The key stays exactly as given: nothing is decoded, folded or trimmed. */
export function readS3Uri(uri: string): LocationReading {
  const refused = (problem: PathProblem): LocationReading => ({ ok: false, problem });
  const [whole, bucket = "", key = ""] = /^s3:\/\/([^/]*)\/?(.*)$/s.exec(uri) ?? [];
  if (whole === undefined) return refused("not_s3_uri");
  if (!bucketName.test(bucket) || bucket.includes("..")) return refused("bad_bucket");
  if (key === "") return refused("no_key");
  if (/\p{Surrogate}/u.test(key)) return refused("not_unicode");
  if (new TextEncoder().encode(key).byteLength > maxKeyBytes) return refused("key_too_long");
  if (key.split("/").some((segment) => segment === "." || segment === "..")) return refused("folded_by_url");
  return { ok: true, address: { bucket, key } };
}

/**
 * Where a job's output lies, from the status's `outputConfiguration.s3Uri`, which is `job_metadata.json` itself
 * (reference §4). `allowedBuckets` narrows where there are any.
 */
export function readJobOutput(s3Uri: string, allowedBuckets: readonly string[]): JobOutputReading {
  const reading = readS3Uri(s3Uri);
  if (!reading.ok) return reading;
  const { bucket, key } = reading.address;
  if (allowedBuckets.length > 0 && !allowedBuckets.includes(bucket)) {
    return { ok: false, problem: "bucket_not_allowed" };
  }
  // An object at the bucket's root would make the whole bucket the job's.
  if (!key.endsWith(`/${metadataName}`)) return { ok: false, problem: "not_job_metadata" };
  const prefix = key.slice(0, -metadataName.length);
  return { ok: true, output: { bucket, prefix, metadataKey: key } };
}

/** A path out of `job_metadata.json`, if it may be followed. */
export function locate(path: string, output: JobOutput): LocationReading {
  const reading = readS3Uri(path);
  if (!reading.ok) return reading;
  const { bucket, key } = reading.address;
  if (bucket !== output.bucket) return { ok: false, problem: "other_bucket" };
  if (!key.startsWith(output.prefix) || key.length === output.prefix.length || key === output.metadataKey) {
    return { ok: false, problem: "outside_job" };
  }
  return reading;
}

/** What is said of a path that is not followed, after the words "its path". */
export const pathProblemText: Readonly<Record<PathProblem, string>> = {
  not_s3_uri: "is not an s3:// URI",
  bad_bucket: "names no bucket that S3 could have",
  no_key: "names a bucket, but no object",
  key_too_long: "is longer than S3 allows a key to be",
  not_unicode: "is not valid Unicode",
  folded_by_url: "has a segment . or .., which a URL would fold into another object's",
  other_bucket: "points into a bucket that is not this job's",
  outside_job: "points outside this job's own prefix",
  bucket_not_allowed: "is in a bucket that --allowed-bucket does not list",
  not_job_metadata: "is not a job_metadata.json under a prefix of its own",
};
