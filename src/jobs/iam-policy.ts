import { type PlaceOfJobs, statusResources, viaService } from "./arn-names.ts";

/** A policy as IAM takes it, in JSON. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/** One statement of an IAM policy, as IAM writes it. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What the policy has to allow besides reading a job's status. */
export interface IamPolicyOptions {
  /** Rights to read what jobs wrote, too. */
  readonly results?: {
    readonly bucket: string;
    /** The prefix that jobs are given as their output location; absent for the whole bucket. */
    readonly prefix?: string;
    /** The key that the bucket is encrypted with, where it is a KMS key. */
    readonly kmsKeyArn?: string;
  };
}

/**
 * The least that this program needs to be allowed. A place that is not known is left open: any region, any account,
 * partition `aws`. An invocation ARN is a place. Source: AWS's service authorization reference.
 */
export function iamPolicy(
  place: Partial<PlaceOfJobs> = {},
  { results }: IamPolicyOptions = {},
): PolicyDocument {
  const { partition = "aws", region = "*", accountId = "*" } = place;
  const resources = statusResources({ ...place, partition, region, accountId });
  const status: PolicyStatement = {
    Sid: "ReadDataAutomationStatus",
    Effect: "Allow",
    Action: "bedrock:GetDataAutomationStatus",
    Resource: resources.length === 1 ? resources[0] : resources,
  };
  if (results === undefined) return { Version: "2012-10-17", Statement: [status] };
  const bucketArn = `arn:${partition}:s3:::${results.bucket}`;
  return {
    Version: "2012-10-17",
    Statement: [
      status,
      {
        Sid: "ReadResults",
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: `${bucketArn}/${objectsUnder(results.prefix ?? "")}`,
      },
      {
        // Without it S3 answers 403 for a key that does not exist. A condition on s3:prefix would undo that: reading
        // one object names no prefix.
        Sid: "TellMissingResultsFromForbiddenOnes",
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: bucketArn,
      },
      ...(results.kmsKeyArn === undefined ? [] : [decrypt(results.kmsKeyArn, partition, region)]),
    ],
  };
}

function decrypt(keyArn: string, partition: string, region: string): PolicyStatement {
  // S3 uses a key of the bucket's own region, which need not be the job's.
  const keyRegion = keyArn.split(":")[3] || region;
  return {
    Sid: "DecryptResults",
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: keyArn,
    Condition: {
      [keyRegion.includes("*") ? "StringLike" : "StringEquals"]: {
        "kms:ViaService": viaService("s3", { partition, region: keyRegion }),
      },
    },
  };
}

/** `*`, `?` and `$` mean something in a policy's resource; in a key they are themselves. */
function objectsUnder(prefix: string): string {
  const literal = prefix.replace(/[*?$]/g, (character) => `\${${character}}`);
  return literal === "" || literal.endsWith("/") ? `${literal}*` : `${literal}/*`;
}
