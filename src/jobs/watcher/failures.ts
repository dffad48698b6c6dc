import type { CallError, CallErrorCode, CallErrorFacts } from "../../aws/call-error.ts";

/**
 * Makes the failures that are the watcher's own, so that everything it rejects with is a `CallError`:
 * `timeout` where a wait or a read learned nothing in its time, `cancelled` where its asker or the server ended it,
 * `place_not_served` where the job may not be asked about.
 * Handed in, because `jobs` takes only types from `aws`.
 */
export type MakeFailure = (
  code: "timeout" | "cancelled" | "place_not_served",
  message: string,
  facts: CallErrorFacts,
) => Error;

/** Whether a call to AWS failed, as against a fault of this program. By its shape: the class is `aws`'s. */
export function isCallError(thrown: unknown): thrown is CallError {
  return (
    thrown instanceof Error &&
    "code" in thrown &&
    typeof thrown.code === "string" &&
    "facts" in thrown &&
    typeof thrown.facts === "object" &&
    thrown.facts !== null
  );
}

const passingCodes: ReadonlySet<CallErrorCode> = new Set([
  "throttled",
  "service_fault",
  "network",
  "name_not_resolved",
  "timeout",
]);

/**
 * Whether a later check of the same job may well succeed though nobody does anything. All else has to be mended
 * by somebody first (a permission, a login, the ARN), so going on would only withhold the remedy from them.
 * A job that AWS has shown does not cease to exist within a wait: then `not_found` is a replica that lags.
 */
export function mayPass(thrown: unknown, jobIsKnown: boolean): boolean {
  if (!isCallError(thrown)) return false;
  if (passingCodes.has(thrown.code)) return true;
  if (thrown.code === "not_found") return jobIsKnown;
  if (thrown.code === "not_json" || thrown.code === "unknown_aws_error") {
    return (thrown.facts.httpStatus ?? 0) >= 500;
  }
  return false;
}
