import type { Asked, JobAnswer, StatusFields } from "./behaviour.ts";

/** Where simulated jobs write to: a bucket name that AWS keeps for examples. */
export const outputBucket = "amzn-s3-demo-bucket";

/** The `job_metadata.json` of a job, as `outputConfiguration.s3Uri` names it on Success. */
export function outputUri(jobId: string): string {
  return `s3://${outputBucket}/results/${jobId}/job_metadata.json`;
}

export function status(fields: StatusFields): JobAnswer {
  return { kind: "status", fields };
}

/** A job that has not finished. `submittedAt` in milliseconds since 1970. */
export function unfinished(name: "Created" | "InProgress", submittedAt: number): StatusFields {
  return { status: name, jobSubmissionTime: iso(submittedAt) };
}

/** A job that has finished. Times in milliseconds since 1970. */
export function finished(
  name: "Success" | "ClientError" | "ServiceError",
  times: { readonly submittedAt: number; readonly completedAt: number },
  more: StatusFields = {},
): StatusFields {
  const { submittedAt, completedAt } = times;
  return {
    status: name,
    ...more,
    jobSubmissionTime: iso(submittedAt),
    jobCompletionTime: iso(completedAt),
    jobDurationInSeconds: Math.round((completedAt - submittedAt) / 1000),
  };
}

export function succeeded(
  jobId: string,
  times: { readonly submittedAt: number; readonly completedAt: number },
): StatusFields {
  return finished("Success", times, { outputConfiguration: { s3Uri: outputUri(jobId) } });
}

/** A job that had finished some minutes before the simulator started. */
export function finishedBefore({ startedAt }: Pick<Asked, "startedAt">, tookMs = 13_417) {
  const completedAt = startedAt - 251_806;
  return { submittedAt: completedAt - tookMs, completedAt };
}

/** When the job was first asked about, in milliseconds since 1970. The same at each call. */
export function firstAskedAt({ startedAt, runningFor, watchedFor }: Asked): number {
  return startedAt + runningFor - watchedFor;
}

export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
