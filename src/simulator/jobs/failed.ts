import type { JobScript } from "./behaviour.ts";
import { finished, finishedBefore, status } from "./life.ts";

/**
 * Why a job failed, in words that are plausible. AWS publishes none of its own, so nothing here is what AWS says.
 */
interface Failure {
  readonly title: string;
  readonly errorType?: string;
  readonly errorMessage?: string;
}

const here = "arn:aws:bedrock:us-east-1:111122223333";
const starter = "arn:aws:sts::111122223333:assumed-role/document-intake/session-1";

const clientErrors: Readonly<Record<string, Failure>> = {
  "s3-access": {
    title: "ClientError: no access to the input in S3",
    errorType: "AccessDenied",
    errorMessage:
      "Access denied while reading the input object s3://amzn-s3-demo-bucket/incoming/invoice-2291. Check that the object exists and that the caller has permission to read it.",
  },
  "missing-object": {
    title: "ClientError: the input is not in S3",
    errorType: "InvalidInput",
    errorMessage: "The S3 object incoming/invoice-2291.pdf does not exist in bucket amzn-s3-demo-bucket.",
  },
  profile: {
    title: "ClientError: the profile's ARN is of another region",
    errorType: "InvalidInput",
    errorMessage: "DataAutomationProfile ARN is invalid.",
  },
  "profile-permission": {
    title: "ClientError: no permission for the profile in another region",
    errorType: "AccessDenied",
    errorMessage: `User ${starter} is not authorized to perform bedrock:InvokeDataAutomationAsync on arn:aws:bedrock:us-west-2:111122223333:data-automation-profile/us.data-automation-v1`,
  },
  "blueprint-permission": {
    title: "ClientError: no permission for a blueprint",
    errorType: "AccessDenied",
    errorMessage: `User ${starter} is not authorized to perform bedrock:InvokeDataAutomationAsync on ${here}:blueprint/0f1e2d3c4b5a`,
  },
  "encrypted-pdf": {
    title: "ClientError: the PDF is protected by a password",
    errorType: "InvalidInput",
    errorMessage: "The document is encrypted or protected by a password and cannot be processed.",
  },
  "too-many-pages": {
    title: "ClientError: the document has too many pages",
    errorType: "InvalidInput",
    errorMessage: "The number of pages in the document (3412) exceeds the maximum of 3000.",
  },
  "too-large": {
    title: "ClientError: the image is too large",
    errorType: "InvalidInput",
    errorMessage: "The image size of 7340032 bytes exceeds the limit.",
  },
  format: {
    title: "ClientError: the file's format is not supported",
    errorType: "InvalidInput",
    errorMessage: "Unsupported file format: application/vnd.ms-powerpoint.",
  },
  kms: {
    title: "ClientError: the KMS key cannot be used",
    errorType: "AccessDenied",
    errorMessage:
      "The KMS key arn:aws:kms:us-east-1:111122223333:key/1a2b3c4d-0000-4000-8000-000000000000 could not be used: access denied.",
  },
  quota: {
    title: "ClientError: too many jobs at once",
    errorType: "LimitExceeded",
    errorMessage: "The quota of concurrent jobs was exceeded.",
  },
  unexplained: {
    title: "ClientError: a message that explains nothing",
    errorType: "InvalidInput",
    errorMessage: "The request could not be completed.",
  },
  silent: { title: "ClientError: no message at all" },
};

const serviceErrors: Readonly<Record<string, Failure>> = {
  "sim-service-error": {
    title: "ServiceError: a fault of AWS's",
    errorType: "InternalError",
    errorMessage: "The job ended because of an internal error.",
  },
  "sim-service-error-silent": { title: "ServiceError: no message at all" },
};

export const failedJobs: readonly JobScript[] = [
  ...Object.entries(clientErrors).map(([name, failure]) =>
    failedJob(`sim-client-error-${name}`, "ClientError", failure),
  ),
  ...Object.entries(serviceErrors).map(([jobId, failure]) => failedJob(jobId, "ServiceError", failure)),
];

function failedJob(jobId: string, name: "ClientError" | "ServiceError", failure: Failure): JobScript {
  const { title, ...words } = failure;
  return {
    jobId,
    title,
    group: "Failed",
    answer: (asked) => status(finished(name, finishedBefore(asked, 6_284), words)),
  };
}
