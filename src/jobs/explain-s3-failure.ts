import type { CallErrorCode, CallErrorFacts, S3ErrorCode } from "../aws/call-error.ts";
import type { ObjectAddress } from "../aws/s3-endpoint.ts";
import { viaService } from "./arn-names.ts";
import {
  accountText,
  type CallFailureContext,
  type CallFailureRow,
  checkEndpoint,
  hostText,
  sizeText,
  sourceText,
} from "./call-failures-common.ts";
import { cleanText, quoteText } from "./quote.ts";

/** What only S3 answers. */
export const answersFromS3: Readonly<Record<S3ErrorCode, CallFailureRow>> = {
  no_such_bucket: (context) => ({
    meaning: `The bucket ${bucketText(context)} does not exist (any more).`,
    whoMustAct: "caller",
    remedy:
      "The results are gone unless they were copied. Look where the job was told to write; a new job is paid for again.",
    tryAgain: "no",
  }),

  bucket_of_other_account: (context) => ({
    meaning: `The bucket ${bucketText(context)} belongs to another account than these credentials${sourceText(context.facts)}${ownerText(context)}, and its policy does not let them in.`,
    whoMustAct: "account_administrator",
    remedy: `Let the bucket's owner allow s3:GetObject on ${objectArn(context)} and s3:ListBucket on ${bucketArn(context)} in the bucket policy, or use credentials of the bucket's account.`,
    tryAgain: "after_fix",
  }),

  kms_denied: (context) => ({
    meaning: `The object is encrypted with a KMS key that the credentials${sourceText(context.facts)} may not use.`,
    whoMustAct: "account_administrator",
    remedy: `Allow kms:Decrypt on ${keyText(context.facts)}, through ${s3Via(context)} (kms:ViaService), in IAM and in the key's policy.`,
    tryAgain: "after_fix",
  }),

  kms_key_unusable: () => ({
    meaning: "The KMS key that the object is encrypted with is disabled, being deleted, or gone.",
    whoMustAct: "account_administrator",
    remedy:
      "Enable the key, or cancel its deletion, in AWS KMS. Without the key the object cannot be read by anyone.",
    tryAgain: "after_fix",
  }),

  object_archived: (context) => ({
    meaning: `The object${objectNote(context)} is archived (S3 Glacier or an archive tier) and cannot be read as it is.`,
    whoMustAct: "caller",
    remedy: "Restore it first (s3:RestoreObject); that takes minutes to hours and has a price.",
    tryAgain: "after_fix",
  }),

  wrong_region: (context) => {
    const { bucketRegion } = context.facts;
    return {
      meaning: `The bucket ${bucketText(context)} lies in another region${bucketRegion === undefined ? ", which S3 did not name" : `: ${cleanText(bucketRegion, 40)}`}.`,
      whoMustAct: "server_operator",
      remedy: `Regions are found and followed by themselves, so something hides them: check ${checkEndpoint(context.facts)}.`,
      tryAgain: "after_fix",
    };
  },
};

/** Where reading an object means something else than reading a job's status. */
export const answersToGetObject: Readonly<Partial<Record<CallErrorCode, CallFailureRow>>> = {
  access_denied: (context) => ({
    meaning: `The credentials${sourceText(context.facts)} may not read this object, or it does not exist and they may not know that${ownerText(context)}.`,
    whoMustAct: "account_administrator",
    remedy: `Allow s3:GetObject on ${objectArn(context)} and s3:ListBucket on ${bucketArn(context)} (without it a missing object looks forbidden); look at the bucket policy too, and allow kms:Decrypt where the bucket is encrypted with a KMS key.`,
    tryAgain: "after_fix",
  }),

  not_found: (context) => ({
    meaning: `S3 has no such object${objectNote(context)}: it was moved or deleted, by hand or by a lifecycle rule.`,
    whoMustAct: "caller",
    remedy: "Look into the bucket. What is gone comes back by a new job only, which is paid for again.",
    tryAgain: "no",
  }),

  throttled: ({ facts }) => ({
    meaning: "Too many reads from this bucket at the moment.",
    whoMustAct: "caller",
    remedy: "Wait, then ask again.",
    tryAgain: "later",
    tryAgainInSeconds: facts.retryAfterSeconds ?? 10,
  }),

  too_large: (context) => ({
    meaning: `The object${objectNote(context)} is larger than ${sizeText(context.facts.limitBytes)}${context.facts.sizeBytes === undefined ? "" : ` (${sizeText(context.facts.sizeBytes)})`} and was not read.`,
    whoMustAct: "server_operator",
    remedy: "Raise --max-result-bytes, or download the object yourself.",
    tryAgain: "after_fix",
  }),

  wrong_service: ({ facts }) => ({
    meaning: `${hostText(facts)} answered, but is not Amazon S3.`,
    whoMustAct: "server_operator",
    remedy: `Correct or remove ${checkEndpoint(facts)}.`,
    tryAgain: "after_fix",
  }),
};

/** The key by its ARN, where AWS's words have it. */
function keyText({ awsMessage = "" }: CallErrorFacts): string {
  const [key] = /\barn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]{1,100}/.exec(awsMessage) ?? [];
  return key ?? "the KMS key that the object's or the bucket's encryption settings name";
}

function bucketText({ object }: CallFailureContext): string {
  return object === undefined ? "of the results" : cleanText(object.bucket, 64);
}

function objectNote({ object }: CallFailureContext): string {
  return object === undefined ? "" : ` ${named(`s3://${objectPath(object)}`)}`;
}

function objectPath({ bucket, key }: ObjectAddress): string {
  return `${bucket}/${key}`;
}

/** A key may hold anything, sentences too: what is not plainly a path is a quotation. */
function named(text: string): string {
  return /^[\w:/.*=@+-]{1,400}$/.test(text) ? text : quoteText(text, 400);
}

function objectArn(context: CallFailureContext): string {
  const partition = context.arn?.partition ?? "aws";
  return context.object === undefined
    ? `arn:${partition}:s3:::<bucket>/<prefix>/*`
    : named(`arn:${partition}:s3:::${objectPath(context.object)}`);
}

function bucketArn(context: CallFailureContext): string {
  const bucket = context.object === undefined ? "<bucket>" : bucketText(context);
  return `arn:${context.arn?.partition ?? "aws"}:s3:::${bucket}`;
}

function ownerText({ facts, arn }: CallFailureContext): string {
  return facts.expectedBucketOwner === undefined
    ? ""
    : `; it was asked for as a bucket of ${arn?.accountId === facts.expectedBucketOwner ? `the job's own ${accountText(arn)}` : `account ${cleanText(facts.expectedBucketOwner, 12)}`}`;
}

function s3Via({ arn, facts }: CallFailureContext): string {
  const region = facts.bucketRegion ?? facts.region ?? arn?.region ?? "<region>";
  return viaService("s3", { partition: arn?.partition ?? "aws", region: cleanText(region, 40) });
}
