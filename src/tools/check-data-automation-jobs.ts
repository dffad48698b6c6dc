import { z } from "zod";
import { type InvocationArn, readInvocationArn } from "../aws/arn.ts";
import { CallError } from "../aws/call-error.ts";
import type { JobStatus } from "../aws/runtime-client.ts";
import { type CheckedJob, checkText, countByVerdict } from "../jobs/check-text.ts";
import { describeArnProblem } from "../jobs/describe-arn-problem.ts";
import { explainCallFailure } from "../jobs/explain-call-failure.ts";
import { explainStatus } from "../jobs/explain-status.ts";
import type { JobExplanation } from "../jobs/explanation.ts";
import { cleanText } from "../jobs/quote.ts";
import { failureFacts } from "./failure-answer.ts";
import type { StatusToolParts } from "./get-data-automation-status.ts";
import { icons } from "./icons.ts";
import { readScope } from "./scopes.ts";
import { statusAnswer } from "./status-output.ts";
import { readOnlyAnnotations, type Tool, type ToolContext } from "./tool.ts";

/** ARNs in one call: fifty answers are as much as is worth a model's while. */
const maxJobs = 50;
const wrongList = `must be a list of 1 to ${maxJobs} invocation ARNs, each a text.`;
const wrongItem = "must be an invocation ARN, as a text.";

const inputSchema = z.object({
  invocationArns: z
    .array(z.string({ error: wrongItem }), { error: wrongList })
    .min(1, wrongList)
    .max(maxJobs, wrongList)
    .describe("The jobs' ARNs, of any region and account"),
});

const outputSchema = z.looseObject({
  counts: z.looseObject({}).describe("By verdict, and callFailed"),
  jobs: z
    .array(z.looseObject({ invocationArn: z.string() }))
    .describe("In the order asked; each as get_data_automation_status answers, or with failure"),
});

type Checked = CheckedJob & { readonly structured: Readonly<Record<string, unknown>> };

export function checkDataAutomationJobs(
  parts: StatusToolParts,
): Tool<typeof inputSchema, typeof outputSchema> {
  return {
    name: "check_data_automation_jobs",
    title: "Check data automation jobs",
    description:
      "Check up to 50 jobs at once: counts by verdict, then each job's status and explanation, or why its call failed.",
    icon: icons.check,
    inputSchema,
    outputSchema,
    annotations: readOnlyAnnotations,
    scope: readScope,
    jobs: ({ invocationArns }) =>
      invocationArns.map(readInvocationArn).flatMap((reading) => (reading.ok ? reading.arn : [])),
    async call({ invocationArns }, context) {
      const asked = [...new Set(invocationArns.map((text) => text.trim()))];
      const jobs = await Promise.all(asked.map((text) => check(text, parts, context)));
      return {
        isError: false,
        text: checkText(jobs),
        structuredContent: { counts: countByVerdict(jobs), jobs: jobs.map(({ structured }) => structured) },
      };
    },
  };
}

async function check(
  text: string,
  { now, related, watcher }: StatusToolParts,
  { caller, notes, signal }: ToolContext,
): Promise<Checked> {
  const reading = readInvocationArn(text);
  const named = cleanText(text, 200);
  if (!reading.ok) {
    const meaning = describeArnProblem(reading.problem, text);
    const failure = { code: "invalid_input", meaning };
    return {
      arn: named,
      failure: { meaning: `One of invocationArns ${meaning}` },
      structured: { invocationArn: named, failure },
    };
  }
  const { arn } = reading;
  try {
    const { job } = await watcher.read(arn, { caller, notes, signal });
    return answered(arn, job, explainStatus(job, arn, now(), related));
  } catch (thrown) {
    if (!(thrown instanceof CallError)) throw thrown;
    return {
      arn: arn.text,
      failure: explainCallFailure(thrown, arn),
      structured: { invocationArn: arn.text, failure: failureFacts(thrown, arn) },
    };
  }
}

function answered(arn: InvocationArn, job: JobStatus, explanation: JobExplanation): Checked {
  const { errorMessage, status } = job;
  const told = {
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(status === undefined ? {} : { status }),
  };
  return { arn: arn.text, explanation, ...told, structured: statusAnswer(arn, job, explanation) };
}
