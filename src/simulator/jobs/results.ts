import { resultsJobs } from "../results/jobs.ts";
import type { JobScript } from "./behaviour.ts";
import { finished, finishedBefore, status } from "./life.ts";

/** Jobs that succeeded, each with results of another kind (`results/jobs.ts`). */
export const jobsWithResults: readonly JobScript[] = resultsJobs.map(({ jobId, title, folder }) => ({
  jobId,
  title,
  group: "Results",
  answer: (asked) =>
    status(
      finished("Success", finishedBefore(asked), {
        outputConfiguration: { s3Uri: `${folder}job_metadata.json` },
      }),
    ),
}));
