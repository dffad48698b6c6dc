import type { InvocationArn } from "../aws/arn.ts";
import { partitionById, partitionOfRegion } from "../aws/partitions.ts";
import type { Environment } from "../config.ts";
import { variableIn } from "./environment.ts";

/** A region to ask in, and what decided it. */
export interface HomePlace {
  readonly partition: string;
  readonly region: string;
  /** For people: `the ARN`, a variable's name, `the profile`; `default` where nothing says any. */
  readonly from: string;
  /** What was configured and is no region of AWS's form. From outside. */
  readonly refused?: { readonly from: string; readonly value: string };
}

/** The job's place, else the configured one in AWS's order, else the first of AWS's regions. */
export function homePlace(
  arn: InvocationArn | undefined,
  env: Environment,
  profile: { readonly region?: string | undefined },
): HomePlace {
  if (arn !== undefined) return { partition: arn.partition, region: arn.region, from: "the ARN" };
  const configured = [
    { from: "AWS_REGION", value: variableIn(env, "AWS_REGION")?.trim() },
    { from: "AWS_DEFAULT_REGION", value: variableIn(env, "AWS_DEFAULT_REGION")?.trim() },
    { from: "the profile", value: profile.region?.trim() },
  ].find(({ value }) => value !== undefined && value !== "");
  const { from = "default", value: region = "" } = configured ?? {};
  const partition = partitionOfRegion(region);
  if (partition !== undefined) return { partition: partition.id, region, from };
  return {
    partition: "aws",
    region: partitionById("aws")?.defaultRegion ?? "us-east-1",
    from: "default",
    ...(configured === undefined ? {} : { refused: { from, value: region } }),
  };
}
