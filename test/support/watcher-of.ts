import { CallError } from "../../src/aws/call-error.ts";
import type { DataAutomationRuntime, JobStatus } from "../../src/aws/runtime-client.ts";
import { createJobWatcher, type JobWatcher } from "../../src/jobs/watcher/watcher.ts";
import { silentLog, systemClock } from "../../src/ports.ts";

/** The real watcher over a service that answers as it is told. */
export function watcherOf(
  getDataAutomationStatus: (
    ...args: Parameters<DataAutomationRuntime["getDataAutomationStatus"]>
  ) => Promise<JobStatus>,
): JobWatcher {
  return createJobWatcher({
    runtime: { credentialKey: async () => "AKIATEST", getDataAutomationStatus },
    clock: systemClock,
    random: () => 0.5,
    log: silentLog,
    failure: (code, message, facts) => new CallError(code, message, facts),
  });
}
