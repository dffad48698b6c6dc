import type { Setting } from "./setting.ts";

/** Whether and how results are read, and the rights that this takes. */
export const resultsSettings = {
  results: {
    flag: "results",
    variable: "BDA_MCP_RESULTS",
    type: "text",
    placeholder: "on|off",
    default: "on",
    commands: ["stdio", "http", "doctor"],
    description: "off: do not offer to read results, for those who grant no rights to S3.",
  },
  allowedBuckets: {
    flag: "allowed-bucket",
    variable: "BDA_MCP_ALLOWED_BUCKETS",
    type: "list",
    placeholder: "name",
    commands: ["stdio", "http", "results"],
    description: "Bucket that results may be read from; a job's own, whichever it is, if none is given.",
  },
  bucketOwner: {
    flag: "bucket-owner",
    variable: "BDA_MCP_BUCKET_OWNER",
    type: "text",
    placeholder: "account",
    elsewhere: true,
    commands: ["stdio", "http", "results"],
    description: "Account that the bucket of the results has to belong to; else nothing is read from it.",
  },
  maxResultBytes: {
    flag: "max-result-bytes",
    variable: "BDA_MCP_MAX_RESULT_BYTES",
    type: "text",
    placeholder: "number",
    default: "33554432",
    commands: ["stdio", "http", "results"],
    description: "Size of the largest result file that is read; the default is 32 MiB.",
  },
  output: {
    flag: "output",
    type: "text",
    placeholder: "s3 uri",
    elsewhere: true,
    commands: ["iam-policy"],
    description: "Where jobs write, like s3://bucket/prefix/: adds the rights to read their results.",
  },
  kmsKey: {
    flag: "kms-key",
    type: "text",
    placeholder: "arn",
    elsewhere: true,
    commands: ["iam-policy"],
    description: "KMS key that the results are encrypted with: adds the right to decrypt them.",
  },
} as const satisfies Record<string, Setting>;
