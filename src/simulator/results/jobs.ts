import { attacker, half, invoice, letter, nothing, receipt } from "./documents.ts";
import { call, film, photo } from "./recordings.ts";
import { type JobObjects, json, refused } from "./stored.ts";
import { documentOutput, type WrittenSegment, written } from "./written.ts";

/** A bucket as S3 has it: names that AWS keeps for examples. */
export interface SimulatedBucket {
  readonly name: string;
  readonly region: string;
}

const resultsBucket: SimulatedBucket = { name: "amzn-s3-demo-bucket", region: "us-east-1" };
const remoteBucket: SimulatedBucket = { name: "amzn-s3-demo-bucket2", region: "eu-west-1" };
export const simulatedBuckets: readonly SimulatedBucket[] = [resultsBucket, remoteBucket];

/** A job that is there for its results. */
export interface ResultsJob {
  readonly jobId: string;
  readonly title: string;
  /** The folder of its `job_metadata.json`, which is AWS's `s3Uri`. */
  readonly folder: string;
  readonly objects: JobObjects;
}

/** Over any cap that a client would have. */
const hugeBytes = 200 * 1024 * 1024;

const denied =
  "User: arn:aws:iam::111122223333:user/simulated is not authorized to perform: s3:GetObject on this resource because no identity-based policy allows the s3:GetObject action";

export const resultsJobs: readonly ResultsJob[] = [
  job("sim-results-complete", "Success: every segment matched, by choice between two blueprints", [
    invoice(0, 1),
    receipt(1, 0.9),
  ]),
  // The slash at the end of the output prefix that somebody gave is in every key.
  job(
    "sim-results-document",
    "Success: a document of three segments: a match, no match, the fallback blueprint",
    [invoice(0, 1), letter(1), invoice(3, 0.64, "FALLBACK")],
    { prefix: "claims//" },
  ),
  job("sim-results-forced", "Success: one blueprint and no choice: a forced match", [invoice(0, 1)]),
  job("sim-results-unmatched", "Success: no blueprint matched", [letter(0)]),
  job("sim-results-image", "Success: an image", [photo], { modality: "IMAGE", input: "photos/window.png" }),
  job("sim-results-audio", "Success: a recorded call", [call], { modality: "AUDIO", input: "calls/17.mp3" }),
  job("sim-results-video", "Success: a film, and no blueprint asked for", [film], {
    modality: "VIDEO",
    input: "films/kettle.mp4",
  }),
  job(
    "sim-results-broken",
    "Success: result files that are half, empty, forbidden or gone, and one that is well",
    [
      { ...invoice(0, 0.9), custom: half },
      { ...invoice(1, 0.9), custom: nothing },
      { ...invoice(2, 0.9), custom: refused("AccessDenied", 403, denied) },
      { ...invoice(3, 0.9), custom: refused("NoSuchKey", 404, "The specified key does not exist.") },
      { status: "MATCH", standard: documentOutput(4, ["Page 5"]) },
      receipt(5, 0.9),
    ],
  ),
  {
    ...job("sim-results-elsewhere", "Success: job_metadata.json points at files that are not this job's", []),
    objects: pointingElsewhere(folderOf("sim-results-elsewhere")),
  },
  job(
    "sim-results-many",
    "Success: 40 segments, some without a match, some doubtful",
    Array.from({ length: 40 }, (_, page) =>
      page % 13 === 12 ? letter(page) : receipt(page, page % 5 === 4 ? 0.3 : 0.95),
    ),
  ),
  job("sim-results-huge", "Success: a result file of 200 MiB", [
    { ...invoice(0, 1), standard: { kind: "huge", bytes: hugeBytes } },
  ]),
  job("sim-results-hostile", "Success: a document that attacks its reader", [attacker]),
  job("sim-results-other-region", "Success: results in a bucket of another region", [receipt(0, 0.9)], {
    bucket: remoteBucket,
  }),
  {
    ...job("sim-results-no-bucket", "Success: the bucket is gone", []),
    folder: "s3://amzn-s3-demo-bucket-deleted/results/sim-results-no-bucket/",
  },
  unreadable(
    "sim-results-gone",
    "Success: job_metadata.json is gone",
    "NoSuchKey",
    404,
    "The specified key does not exist.",
  ),
  unreadable(
    "sim-results-denied",
    "Success: results that the caller may not read",
    "AccessDenied",
    403,
    denied,
  ),
  unreadable(
    "sim-results-kms-denied",
    "Success: results under a KMS key that the caller may not use",
    "AccessDenied",
    403,
    "User: arn:aws:iam::111122223333:user/simulated is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because no identity-based policy allows the kms:Decrypt action",
  ),
  unreadable(
    "sim-results-kms-disabled",
    "Success: results under a KMS key that is disabled",
    "KMS.DisabledException",
    400,
    "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d is disabled.",
  ),
  unreadable(
    "sim-results-archived",
    "Success: results that were moved to an archive",
    "InvalidObjectState",
    403,
    "The operation is not valid for the object's storage class",
  ),
  unreadable(
    "sim-results-other-account",
    "Success: results in a bucket of another account",
    "AccessDenied",
    403,
    "User: arn:aws:iam::111122223333:user/simulated is not authorized to perform: s3:GetObject on this resource because no resource-based policy allows the s3:GetObject action",
  ),
];

/** What a job that is there for something else has left behind. */
export function usualObjects(jobId: string, folder: string): JobObjects {
  return jobId.includes("video")
    ? written({ folder, modality: "VIDEO", input: "films/kettle.mp4", segments: [film] })
    : written({ folder, modality: "DOCUMENT", input: "claims/batch.pdf", segments: [invoice(0, 0.97)] });
}

interface Place {
  readonly bucket?: SimulatedBucket;
  readonly prefix?: string;
  readonly modality?: string;
  readonly input?: string;
}

function folderOf(jobId: string, { bucket = resultsBucket, prefix = "results/" }: Place = {}): string {
  return `s3://${bucket.name}/${prefix}${jobId}/`;
}

function job(
  jobId: string,
  title: string,
  segments: readonly WrittenSegment[],
  place: Place = {},
): ResultsJob {
  const folder = folderOf(jobId, place);
  const { modality = "DOCUMENT", input = "claims/batch.pdf" } = place;
  return { jobId, title, folder, objects: written({ folder, modality, input, segments }) };
}

function unreadable(
  jobId: string,
  title: string,
  code: string,
  httpStatus: number,
  message: string,
): ResultsJob {
  return {
    jobId,
    title,
    folder: folderOf(jobId),
    objects: { "job_metadata.json": refused(code, httpStatus, message) },
  };
}

function pointingElsewhere(folder: string): JobObjects {
  const paths = [
    "s3://amzn-s3-demo-secrets/passwords.json",
    folder.replace("sim-results-elsewhere", "sim-results-document"),
    `${folder}0/../../sim-results-document/job_metadata.json`,
    "https://attacker.example/collect",
  ];
  return {
    "job_metadata.json": json({
      job_id: "sim-results-elsewhere",
      job_status: "PROCESSED",
      semantic_modality: "DOCUMENT",
      output_metadata: [
        {
          asset_id: 0,
          segment_metadata: [
            ...paths.map((path) => ({ custom_output_path: path, custom_output_status: "MATCH" })),
            { standard_output_path: `${folder}0/standard_output/4/result.json` },
          ],
        },
      ],
    }),
    "0/standard_output/4/result.json": documentOutput(4, ["This page is the job's own."]),
  };
}
