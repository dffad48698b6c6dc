/**
 * AWS partitions in which an invocation ARN can lie, with what an endpoint needs to know of each.
 * Source: the service model's ARN pattern for the list, AWS's published partition data for the suffixes.
 */
export interface Partition {
  readonly id: string;
  /** What a region of this partition looks like. Deliberately stricter than AWS's: it becomes a host name. */
  readonly regionPattern: RegExp;
  readonly dnsSuffix: string;
  readonly dualStackDnsSuffix: string;
  /** A region that answers global questions (STS without a region of one's own). */
  readonly defaultRegion: string;
}

/** All that the service's ARN pattern allows. */
export const partitions: readonly Partition[] = [
  {
    id: "aws",
    regionPattern: /^(?!cn-)[a-z]{2}-[a-z]+-\d{1,2}$/,
    dnsSuffix: "amazonaws.com",
    dualStackDnsSuffix: "api.aws",
    defaultRegion: "us-east-1",
  },
  {
    id: "aws-cn",
    regionPattern: /^cn-[a-z]+-\d{1,2}$/,
    dnsSuffix: "amazonaws.com.cn",
    dualStackDnsSuffix: "api.amazonwebservices.com.cn",
    defaultRegion: "cn-northwest-1",
  },
  {
    id: "aws-us-gov",
    regionPattern: /^us-gov-[a-z]+-\d{1,2}$/,
    dnsSuffix: "amazonaws.com",
    dualStackDnsSuffix: "api.aws",
    defaultRegion: "us-gov-west-1",
  },
  {
    id: "aws-iso",
    regionPattern: /^us-iso-[a-z]+-\d{1,2}$/,
    dnsSuffix: "c2s.ic.gov",
    dualStackDnsSuffix: "api.aws.ic.gov",
    defaultRegion: "us-iso-east-1",
  },
  {
    id: "aws-iso-b",
    regionPattern: /^us-isob-[a-z]+-\d{1,2}$/,
    dnsSuffix: "sc2s.sgov.gov",
    dualStackDnsSuffix: "api.aws.scloud",
    defaultRegion: "us-isob-east-1",
  },
  {
    id: "aws-iso-e",
    regionPattern: /^eu-isoe-[a-z]+-\d{1,2}$/,
    dnsSuffix: "cloud.adc-e.uk",
    dualStackDnsSuffix: "api.cloud-aws.adc-e.uk",
    defaultRegion: "eu-isoe-west-1",
  },
  {
    id: "aws-iso-f",
    regionPattern: /^us-isof-[a-z]+-\d{1,2}$/,
    dnsSuffix: "csp.hci.ic.gov",
    dualStackDnsSuffix: "api.aws.hci.ic.gov",
    defaultRegion: "us-isof-south-1",
  },
];

/** The partition of this id, for example `aws-cn`. Absent where it is none of AWS's that are known here. */
export function partitionById(id: string): Partition | undefined {
  return partitions.find((partition) => partition.id === id);
}

/** The partition that an ARN of any service names, if there is such a one. */
export function partitionOfArn(arn: string): Partition | undefined {
  return partitionById(arn.split(":")[1] ?? "");
}

/** The partition whose regions look like this one, if any does. */
export function partitionOfRegion(region: string): Partition | undefined {
  return partitions.find((partition) => partition.regionPattern.test(region));
}
