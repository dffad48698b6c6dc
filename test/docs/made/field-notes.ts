/**
 * What the fields of the tools' answers hold, for people who read the reference. The schemas say less: every
 * conversation pays for them. By the field's path, with the tool's name before it where another tool means
 * something else by it.
 */
export const fieldNotes: Readonly<Record<string, string>> = {
  invocationArn: "The job.",
  status:
    "AWS's status as it came: `Created`, `InProgress`, `Success`, `ServiceError`, `ClientError`, or one that is new.",
  errorType: "AWS's words.",
  errorMessage: "AWS's words, cleaned of control characters and capped.",
  outputConfiguration: "Where the results are.",
  "outputConfiguration.s3Uri": "After `Success` the `job_metadata.json` object itself.",
  jobSubmissionTime: "ISO 8601, UTC, with the milliseconds that AWS sent.",
  jobCompletionTime: "The same.",
  jobDurationInSeconds: "AWS's figure.",
  explanation: "What that means.",
  "explanation.verdict": "`unknown` for a status that is none of the five: neither finished nor failed.",
  "explanation.isTerminal": "Whether the job has ended.",
  "explanation.summary": "One sentence.",
  "explanation.fault": "Whose, where the job failed.",
  "explanation.startAgain": "Whether a new job makes sense. Each is paid for.",
  "explanation.elapsedSeconds": "Since submission, while it is not finished.",
  "explanation.checkAgainInSeconds": "When asking again is worth while.",
  "explanation.possibleCauses[]": "Possible, never certain: from words in AWS's message.",
  "explanation.possibleCauses[].cause": "One sentence.",
  "explanation.possibleCauses[].remedy": "What to do about it.",
  "explanation.possibleCauses[].basedOn": "The words of AWS's message that it rests on.",
  "explanation.nextSteps[]": "What to do, in order.",
  "jobs[].invocationArn": "As it was asked.",
  waited: "What the wait took.",
  "waited.seconds": "How long it was.",
  "waited.checks": "How often AWS's answer was looked at.",
  "waited.timedOut": "Whether it ended because the time was up. That is no failure.",
  "read_data_automation_results.verdict": "Over all segments, once they were looked at.",
  segmentCount: "Parts that the file was split into.",
  "segments[]": "The worst first.",
  "segments[].segment": "Its number, from 0.",
  "segments[].outcome":
    "`matched`, `fallback`, `not_matched`, `standard_only`, `empty`, `unreadable` or `unknown`.",
  text: "One page of the markdown or transcript.",
  nextOffset: "Where the next page begins. Absent on the last.",
  nextSegment: "Where to go on. Absent on the last.",
};

/** What is said of a tool's answer, where its schema leaves out what another tool's has. */
export const answerNotes: Readonly<Record<string, string>> = {
  wait_for_data_automation_job: "The answer: that of <code>get_data_automation_status</code>, and",
};
