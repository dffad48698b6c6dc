import type { InvocationArn } from "../aws/arn.ts";

/** Where a job lies: what the names of other resources are made from. */
export type Place = Pick<InvocationArn, "partition" | "region" | "accountId">;

/** The ARN of a Bedrock resource of this place, for example `blueprint/*`. */
export function bedrockArn(place: Place, resource: string): string {
  return `arn:${place.partition}:bedrock:${place.region}:${place.accountId}:${resource}`;
}

/** Every job of this place, as an IAM policy names them. */
export function invocationsOf(place: Place): string {
  return bedrockArn(place, "data-automation-invocation/*");
}

/** A place, and what the ARNs of its jobs are called. */
export type PlaceOfJobs = Place & Partial<Pick<InvocationArn, "resourceType">>;

/**
 * What a policy has to name for the status of a job of this place. The ARN of an old job has a resource type of its
 * own, and a policy for the new one may not cover it [inferred].
 */
export function statusResources(place: PlaceOfJobs): readonly [string, ...string[]] {
  const all = invocationsOf(place);
  return place.resourceType === "insights-invocation"
    ? [all, bedrockArn(place, "insights-invocation/*")]
    : [all];
}

/** What `kms:ViaService` holds when a service uses a key for somebody, for example `s3.us-east-1.amazonaws.com`. */
export function viaService(service: string, place: Pick<Place, "partition" | "region">): string {
  return `${service}.${place.region}.${dnsSuffixes[place.partition] ?? "amazonaws.com"}`;
}

/** As in `aws/partitions.ts`, of which this room takes types only; a test holds the two together. */
const dnsSuffixes: Readonly<Record<string, string>> = {
  aws: "amazonaws.com",
  "aws-cn": "amazonaws.com.cn",
  "aws-us-gov": "amazonaws.com",
  "aws-iso": "c2s.ic.gov",
  "aws-iso-b": "sc2s.sgov.gov",
  "aws-iso-e": "cloud.adc-e.uk",
  "aws-iso-f": "csp.hci.ic.gov",
};
