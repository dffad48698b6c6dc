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
    description: "off: do not offer to read results, for servers without S3 permissions.",
  },
  allowedBuckets: {
    flag: "allowed-bucket",
    variable: "BDA_MCP_ALLOWED_BUCKETS",
    type: "list",
    placeholder: "name",
    commands: ["stdio", "http", "results"],
    description: "Bucket that results may be read from. Whichever one a job wrote to, if none is given.",
  },
  bucketOwner: {
    flag: "bucket-owner",
    variable: "BDA_MCP_BUCKET_OWNER",
    type: "text",
    placeholder: "account",
    elsewhere: true,
    commands: ["stdio", "http", "results"],
    description: "Account that must own the bucket of the results; otherwise nothing is read from it.",
  },
  maxResultBytes: {
    flag: "max-result-bytes",
    variable: "BDA_MCP_MAX_RESULT_BYTES",
    type: "text",
    placeholder: "number",
    default: "33554432",
    commands: ["stdio", "http", "results"],
    description: "Size of the largest result file to read; the default is 32 MiB.",
  },
  output: {
    flag: "output",
    type: "text",
    placeholder: "s3 uri",
    elsewhere: true,
    commands: ["iam-policy"],
    description: "Where jobs write, like s3://bucket/prefix/: adds the permissions to read their results.",
  },
  kmsKey: {
    flag: "kms-key",
    type: "text",
    placeholder: "arn",
    elsewhere: true,
    commands: ["iam-policy"],
    description: "KMS key that encrypts the results: adds the permission to decrypt them.",
  },
} as const satisfies Record<string, Setting>;
