/** What a job's status means. Facts for programs and sentences for people, made by `explain-status.ts`. */

/** What AWS's status comes to. `unknown`: AWS gave none, or one that its model does not have. */
export type Verdict = "queued" | "running" | "succeeded" | "failed" | "unknown";

/** Why a job may have failed: possible, never certain, from words in AWS's message. */
export interface PossibleCause {
  readonly cause: string;
  readonly remedy: string;
  /** The words of AWS's message that this rests on: cleaned, capped. */
  readonly basedOn: string;
}

/** What AWS's answer about a job means, for models and programs. */
export interface JobExplanation {
  readonly verdict: Verdict;
  /** Nothing leaves a terminal state: no need to ask again. */
  readonly isTerminal: boolean;
  /** One or two sentences for a person. */
  readonly summary: string;
  /** Whose fault a failure is: `request` (the caller's input or request) or `service` (AWS). */
  readonly fault?: "request" | "service";
  /** Whether to start another job for this input; every job is paid for. `safe`: submitting anew is reasonable. */
  readonly startAgain: "no" | "after_fix" | "safe";
  /** Whole seconds since submission, while not finished and where the submission time is known. */
  readonly elapsedSeconds?: number;
  /** When to look again, in whole seconds, while not finished. */
  readonly checkAgainInSeconds?: number;
  readonly possibleCauses?: readonly PossibleCause[];
  readonly nextSteps: readonly string[];
}

/** What a failed call means: nothing is known of the job. Made by `explain-call-failure.ts`. */
export interface CallFailureExplanation {
  /** AWS's name for the error where it gave one, else ours: what a person would search for. */
  readonly name: string;
  /** What it means, in a sentence. */
  readonly meaning: string;
  /** Who has to act: the caller's side, an administrator of the AWS account, AWS, or whoever runs this server. */
  readonly whoMustAct: "caller" | "account_administrator" | "aws" | "server_operator";
  /** The exact remedy, with this ARN's account, region and partition filled in. */
  readonly remedy: string;
  /** Whether the same call is worth making again, and when. */
  readonly tryAgain: "no" | "after_fix" | "later";
  /** Seconds to wait before another try, where one is worthwhile. */
  readonly tryAgainInSeconds?: number;
}
