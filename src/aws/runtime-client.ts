import type { InvocationArn } from "./arn.ts";

/** What AWS says of a job: its seven fields, under its names, absent where AWS left them out. */
export interface JobStatus {
  /** Created, InProgress, Success, ServiceError or ClientError [model]; anything else is passed through. From outside. */
  readonly status?: string;
  /** Free text. From outside. */
  readonly errorType?: string;
  /** Free text. From outside. */
  readonly errorMessage?: string;
  readonly outputConfiguration?: { readonly s3Uri?: string };
  /** ISO-8601 in UTC with milliseconds. */
  readonly jobSubmissionTime?: string;
  /** ISO-8601 in UTC with milliseconds. */
  readonly jobCompletionTime?: string;
  readonly jobDurationInSeconds?: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The part of the Bedrock Data Automation runtime API that this product uses. */
export interface DataAutomationRuntime {
  /**
   * A text that is equal for two calls only if they are signed with the same credentials; never a secret.
   * What one answer is remembered under, so that nobody sees what AWS would not tell them.
   * @throws CallError as `CredentialSource.get`
   */
  credentialKey(options?: CallOptions): Promise<string>;
  /**
   * GetDataAutomationStatus, with retries. The region is the ARN's.
   * @throws CallError
   */
  getDataAutomationStatus(arn: InvocationArn, options?: CallOptions): Promise<JobStatus>;
}
