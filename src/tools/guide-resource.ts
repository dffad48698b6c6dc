import type { Resource } from "./resource.ts";

const text = `# Amazon Bedrock Data Automation jobs, as they are

A job is started by InvokeDataAutomationAsync, which returns its invocationArn:
arn:<partition>:bedrock:<region>:<account>:data-automation-invocation/<job id>
Keep it: there is no other way back to the job.

## Status (GetDataAutomationStatus)
- Created: queued, not begun. Not finished.
- InProgress: running.
- Success: finished. Read the results before you call it good.
- ClientError: finished, failed by the request or input. Unchanged it fails again, and costs again.
- ServiceError: finished, failed by AWS. A new job is reasonable.
Nothing leaves the last three. Any other value: unknown, neither finished nor failed.

Fields, all optional: status, errorType, errorMessage, outputConfiguration.s3Uri, jobSubmissionTime, jobCompletionTime, jobDurationInSeconds.

## What does not exist
- No operation lists, cancels or waits for jobs, and none returns results.
- Statuses COMPLETED, SUCCEEDED, SUCCESS, FAILED, STOPPED, CANCELLED, PENDING, RUNNING do not exist.
- Nor do the fields error_message, outputLocation, extractedData, jobStatus, progress, percentComplete. (EventBridge events have their own names, in snake_case.)

## Results
On Success s3Uri is the object job_metadata.json. It lists segments with standard_output_path, custom_output_path and custom_output_status (MATCH, NO_MATCH, FALLBACK). Follow the paths as they are given; never build one, and read every segment.

## Waiting
Seconds for a page, minutes for audio and video. Ask every 5 to 10 s at first, every 15 to 30 s later; for many jobs use EventBridge (source aws.bedrock). Do not start a job again because it takes long or a call failed: each job is paid for.
`;

/** What is so about jobs, and what language models often believe instead. Under 600 tokens. */
export const guideResource: Resource = {
  uri: "bedrock-data-automation://guide",
  name: "guide",
  title: "Guide to data automation jobs",
  description: "The real states and fields, what the service does not offer, and common wrong names.",
  mimeType: "text/markdown",
  read: () => [{ mimeType: "text/markdown", text }],
};
