import { waitInput } from "./wait-for-data-automation-job.ts";
import { type ReadTask, secondMs, type WaitTaskAnswer } from "./wait-task.ts";

const hourMs = 3_600_000;
/** How long a task may be asked about at the most, and by default after it is over. */
const maxTtlMs = 24 * hourMs;
const pollIntervalMs = 10 * secondMs;

/** The task that is asked for. Without `timeoutSeconds` it waits for as long as it may be asked about. */
export function readTaskRequest(
  given: Readonly<Record<string, unknown>>,
  requestedTtlMs: number | undefined,
  createdAt: number,
): WaitTaskAnswer<ReadTask> {
  const input = waitInput.safeParse(given);
  if (!input.success) {
    const problems = input.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
    return { ok: false, code: "invalid_input", message: problems.join(" ") };
  }
  const { invocationArn: arn, timeoutSeconds } = input.data;
  const bounded = given.timeoutSeconds !== undefined;
  const wanted = requestedTtlMs ?? hourMs + (bounded ? timeoutSeconds * secondMs : 0);
  const ttl = Math.min(maxTtlMs, Math.max(secondMs, Math.ceil(wanted)));
  return {
    ok: true,
    value: {
      arn,
      facts: {
        invocationArn: arn.text,
        createdAt,
        ttl,
        pollInterval: Math.min(pollIntervalMs, ttl),
        timeoutSeconds: bounded ? timeoutSeconds : Math.floor(ttl / secondMs),
      },
    },
  };
}
