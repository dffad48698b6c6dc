import type { JobAnswer, JobScript } from "./behaviour.ts";
import { finished, status, succeeded, unfinished } from "./life.ts";

export const fleetSize = 1000;

/** Has no divisor in common with the fleet's size: job numbers and places in the order of ending pair off. */
const stride = 377;

/** `sim-fleet-0001` for 1. */
export function fleetJobId(number: number): string {
  return `sim-fleet-${String(number).padStart(4, "0")}`;
}

/**
 * The jobs of the fleet are submitted when the simulator starts and end one after the other, evenly spread over
 * `fleetMs`, in an order that is always the same. 40 end with ClientError and 20 with ServiceError.
 */
export const fleetJobs: readonly JobScript[] = Array.from({ length: fleetSize }, (_, index) => {
  const number = index + 1;
  const jobId = fleetJobId(number);
  return {
    jobId,
    title: `Job ${number} of ${fleetSize} that finish over two minutes from the start, some failing`,
    group: "Many jobs at once",
    answer: ({ startedAt, runningFor, fleetMs }): JobAnswer => {
      const endsAfter = (fleetMs * (((index * stride) % fleetSize) + 1)) / fleetSize;
      const beginsAfter = endsAfter * 0.6;
      if (runningFor < beginsAfter) return status(unfinished("Created", startedAt));
      if (runningFor < endsAfter) return status(unfinished("InProgress", startedAt));
      const times = { submittedAt: startedAt, completedAt: startedAt + endsAfter };
      return status(fleetEnd(number, jobId, times));
    },
  };
});

function fleetEnd(
  number: number,
  jobId: string,
  times: { readonly submittedAt: number; readonly completedAt: number },
) {
  if (number % 25 === 7) {
    return finished("ClientError", times, {
      errorType: "InvalidInput",
      errorMessage: "The document is encrypted or protected by a password and cannot be processed.",
    });
  }
  if (number % 50 === 13) {
    return finished("ServiceError", times, {
      errorType: "InternalError",
      errorMessage: "The job ended because of an internal error.",
    });
  }
  return succeeded(jobId, times);
}
