import type { JobStatus } from "../../aws/runtime-client.ts";

/** What AWS said of a job, and when. */
export interface Reading {
  readonly job: JobStatus;
  /** Wall time of AWS's answer, in milliseconds since 1970. */
  readonly observedAt: number;
  /** No call was made for this asker alone: another's call in flight, or a remembered answer, served it too. */
  readonly shared: boolean;
  /** AWS's id of the answer. From outside. */
  readonly requestId?: string | undefined;
}

/** Nothing leaves these [doc, inferred]. A status that is absent or not known is no end. */
const terminalStatuses: ReadonlySet<string | undefined> = new Set(["Success", "ServiceError", "ClientError"]);

/** Whether the job has ended, so that no other status can follow. */
export function isTerminal(job: JobStatus): boolean {
  return terminalStatuses.has(job.status);
}
