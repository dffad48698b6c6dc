import { bedrockArn, type Place } from "./arn-names.ts";

/**
 * Which data automation profile a region uses. Source: AWS's documentation of cross-region inference. Regions are
 * added over time: one that is not here is no reason to refuse anything.
 */
const regionsByGeography: Readonly<Record<string, readonly string[]>> = {
  us: ["us-east-1", "us-east-2", "us-west-2"],
  na: ["ca-central-1"],
  eu: ["eu-central-1", "eu-west-1", "eu-west-2", "eu-south-2"],
  apac: ["ap-south-1", "ap-southeast-2", "ap-northeast-1"],
  global: ["ap-southeast-1"],
  "us-gov": ["us-gov-west-1"],
};

/** For example `us.data-automation-v1`; absent for a region that is not listed. */
function profileIdOf(region: string): string | undefined {
  const geography = Object.entries(regionsByGeography).find(([, regions]) => regions.includes(region))?.[0];
  return geography === undefined ? undefined : `${geography}.data-automation-v1`;
}

/** The profile that a job of this place has to be started with; absent for a region that is not listed. */
export function profileArnOf(place: Place): string | undefined {
  const id = profileIdOf(place.region);
  return id === undefined ? undefined : bedrockArn(place, `data-automation-profile/${id}`);
}

/** The same profile in every region of its geography, as an IAM policy names it. */
export function profileInEveryRegion(place: Place): string {
  const id = profileIdOf(place.region) ?? "*.data-automation-v1";
  return bedrockArn({ ...place, region: "*" }, `data-automation-profile/${id}`);
}
