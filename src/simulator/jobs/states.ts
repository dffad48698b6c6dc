import type { Asked, JobScript, StatusFields } from "./behaviour.ts";
import { finished, finishedBefore, firstAskedAt, iso, status, succeeded, unfinished } from "./life.ts";

const group = "Under way or finished";

/** What a job that moves becomes, and when: milliseconds after it was first asked about. */
const beginsAfterMs = 8_000;
const endsAfterMs = 30_000;

export const stateJobs: readonly JobScript[] = [
  {
    jobId: "sim-queued",
    title: "Created, and stays so",
    group,
    answer: ({ startedAt }) => status(unfinished("Created", startedAt - 21_350)),
  },
  {
    jobId: "sim-running",
    title: "InProgress, and stays so",
    group,
    answer: ({ startedAt }) => status(unfinished("InProgress", startedAt - 74_112)),
  },
  {
    jobId: "sim-moving",
    title: "From Created to Success within 30 s of the first time it is asked about",
    group,
    answer: (asked) => status(moving(asked, (times) => succeeded(asked.jobId, times))),
  },
  {
    jobId: "sim-moving-client-error",
    title: "From Created to ClientError within 30 s of the first time it is asked about",
    group,
    answer: (asked) =>
      status(
        moving(asked, (times) =>
          finished("ClientError", times, {
            errorType: "InvalidInput",
            errorMessage: "The input file could not be opened: its format is not supported.",
          }),
        ),
      ),
  },
  {
    jobId: "sim-moving-service-error",
    title: "From Created to ServiceError within 30 s of the first time it is asked about",
    group,
    answer: (asked) =>
      status(
        moving(asked, (times) =>
          finished("ServiceError", times, {
            errorType: "InternalError",
            errorMessage: "The job ended because of an internal error.",
          }),
        ),
      ),
  },
  {
    jobId: "sim-success",
    title: "Success",
    group,
    answer: (asked) => status(succeeded(asked.jobId, finishedBefore(asked))),
  },
  {
    jobId: "sim-success-video",
    title: "Success, after more than eight minutes",
    group,
    answer: (asked) => status(succeeded(asked.jobId, finishedBefore(asked, 497_230))),
  },
  {
    jobId: "sim-success-eu",
    title: "Success, in eu-central-1",
    group,
    place: { partition: "aws", region: "eu-central-1" },
    answer: (asked) => status(succeeded(asked.jobId, finishedBefore(asked))),
  },
  {
    jobId: "sim-running-gov",
    title: "InProgress, in us-gov-west-1",
    group,
    place: { partition: "aws-us-gov", region: "us-gov-west-1" },
    answer: ({ startedAt }) => status(unfinished("InProgress", startedAt - 40_870)),
  },
  {
    jobId: "sim-success-insights",
    title: "Success, under an ARN as it was written before November 2025",
    group,
    resourceType: "insights-invocation",
    answer: (asked) => status(succeeded(asked.jobId, finishedBefore(asked))),
  },
  {
    jobId: "sim-unknown-status",
    title: "A status that nobody knows",
    group,
    answer: ({ startedAt }) =>
      status({ status: "AwaitingReview", jobSubmissionTime: iso(startedAt - 95_300) }),
  },
];

function moving(
  asked: Asked,
  end: (times: { readonly submittedAt: number; readonly completedAt: number }) => StatusFields,
): StatusFields {
  const submittedAt = firstAskedAt(asked);
  if (asked.watchedFor < beginsAfterMs) return unfinished("Created", submittedAt);
  if (asked.watchedFor < endsAfterMs) return unfinished("InProgress", submittedAt);
  return end({ submittedAt, completedAt: submittedAt + endsAfterMs });
}
