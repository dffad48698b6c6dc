import type { JobGroup, JobScript } from "./jobs/behaviour.ts";
import { failedJobs } from "./jobs/failed.ts";
import { fleetJobId, fleetJobs } from "./jobs/fleet.ts";
import { oddJobs } from "./jobs/odd-answers.ts";
import { refusedJobs } from "./jobs/refusals.ts";
import { jobsWithResults } from "./jobs/results.ts";
import { stateJobs } from "./jobs/states.ts";

export { type JobGroup, jobGroups } from "./jobs/behaviour.ts";
export { fleetSize } from "./jobs/fleet.ts";

/** The account that every simulated job and the simulated user belong to. */
export const simulatedAccount = "111122223333";

/** A simulated job, for a person who looks for one to ask about. */
export interface SimulatorJob {
  readonly arn: string;
  readonly jobId: string;
  /** What is to be seen there, in one line. */
  readonly title: string;
  readonly group: JobGroup;
}

const namedScripts = [...stateJobs, ...jobsWithResults, ...failedJobs, ...refusedJobs, ...oddJobs];

/** Every job under a name of its own, by groups. The fleet is named by `fleetArn` instead: it has a thousand. */
export const simulatorJobs: readonly SimulatorJob[] = namedScripts.map(describe);

/** Six jobs that show what the product is for. */
export const demoJobs: readonly SimulatorJob[] = [
  "sim-queued",
  "sim-running",
  "sim-success",
  "sim-client-error-s3-access",
  "sim-service-error",
  "sim-access-denied",
].map((wanted) => {
  const job = simulatorJobs.find(({ jobId }) => jobId === wanted);
  if (job === undefined) throw new Error(`There is no simulated job ${wanted}.`);
  return job;
});

/** The ARN of a job of the fleet: 1 to `fleetSize`. */
export function fleetArn(number: number): string {
  return arnOf({ jobId: fleetJobId(number) });
}

/** What each ARN answers. */
export const scriptsByArn: ReadonlyMap<string, JobScript> = new Map(
  [...namedScripts, ...fleetJobs].map((script) => [arnOf(script), script]),
);

function describe(script: JobScript): SimulatorJob {
  const { jobId, title, group } = script;
  return { arn: arnOf(script), jobId, title, group };
}

function arnOf(script: Pick<JobScript, "jobId" | "place" | "resourceType">): string {
  const { partition, region } = script.place ?? { partition: "aws", region: "us-east-1" };
  const resourceType = script.resourceType ?? "data-automation-invocation";
  return `arn:${partition}:bedrock:${region}:${simulatedAccount}:${resourceType}/${script.jobId}`;
}
