import type { InvocationArn } from "../aws/arn.ts";

/** Where the jobs lie that may be asked about. */
export interface ServedPlaces {
  /** Empty: every account. */
  readonly accounts: readonly string[];
  /** Empty: every region. */
  readonly regions: readonly string[];
  /** Absent: every partition. A role can act in its own alone. */
  readonly partition?: string;
}

/** What of a job's place is not served: what has to be added before it may be asked about. */
export type UnservedPart = "account" | "region" | "account and region" | "partition";

/** Absent where the job may be asked about. */
export function unservedPart(
  arn: Pick<InvocationArn, "accountId" | "partition" | "region">,
  { accounts, partition, regions }: ServedPlaces,
): UnservedPart | undefined {
  if (partition !== undefined && arn.partition !== partition) return "partition";
  const account = accounts.length > 0 && !accounts.includes(arn.accountId);
  const region = regions.length > 0 && !regions.includes(arn.region);
  if (account && region) return "account and region";
  if (account) return "account";
  return region ? "region" : undefined;
}
