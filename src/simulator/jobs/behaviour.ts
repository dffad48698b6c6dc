import type { ServiceException } from "../wire/aws-json.ts";

/** What a simulated job is asked with: where in its life it stands. Times in milliseconds. */
export interface Asked {
  readonly jobId: string;
  /** The simulator's start, since 1970. */
  readonly startedAt: number;
  /** Time since the simulator's start. */
  readonly runningFor: number;
  /** Time since this job was first asked about. */
  readonly watchedFor: number;
  /** 1 for the first call about this job. */
  readonly ask: number;
  /** The time in which the fleet finishes. */
  readonly fleetMs: number;
}

/** Fields of GetDataAutomationStatus as they go onto the wire; some jobs send what the model does not have. */
export type StatusFields = Readonly<Record<string, unknown>>;

export type JobAnswer =
  | { readonly kind: "status"; readonly fields: StatusFields; readonly afterMs?: number }
  | { readonly kind: "exception"; readonly exception: ServiceException }
  /** An answer that is not the service's. */
  | {
      readonly kind: "raw";
      readonly httpStatus: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    };

export const jobGroups = [
  "Under way or finished",
  "Results",
  "Failed",
  "Calls that AWS refuses",
  "Answers out of the ordinary",
  "Many jobs at once",
] as const;

export type JobGroup = (typeof jobGroups)[number];

/** One simulated job: where it lies, what it is there for, what it answers. */
export interface JobScript {
  readonly jobId: string;
  /** For a person, in one line. */
  readonly title: string;
  readonly group: JobGroup;
  /** us-east-1 of partition aws where absent. */
  readonly place?: { readonly partition: string; readonly region: string };
  /** `data-automation-invocation` where absent. */
  readonly resourceType?: "insights-invocation";
  readonly answer: (asked: Asked) => JobAnswer;
}
