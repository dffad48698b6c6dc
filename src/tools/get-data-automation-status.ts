import { z } from "zod";
import type { InvocationArn } from "../aws/arn.ts";
import type { JobStatus } from "../aws/runtime-client.ts";
import { explainStatus } from "../jobs/explain-status.ts";
import { statusText } from "../jobs/status-text.ts";
import { answerFailure } from "./failure-answer.ts";
import { invocationArnInput } from "./invocation-arn-input.ts";
import { statusAnswer, statusOutput } from "./status-output.ts";
import { readOnlyAnnotations, type Tool } from "./tool.ts";

const inputSchema = z.object({
  invocationArn: invocationArnInput.describe(
    "The job's ARN: invocationArn from InvokeDataAutomationAsync, like arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/<id>",
  ),
});

export interface StatusToolParts {
  /** Asks for a job's status, on behalf of a caller. @throws CallError */
  readonly readStatus: (
    arn: InvocationArn,
    options: { readonly caller: string; readonly signal: AbortSignal },
  ) => Promise<JobStatus>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Names of tools that an answer may point at. */
  readonly related?: RelatedTools;
}

export interface RelatedTools {
  readonly waitTool?: string;
  readonly resultsTool?: string;
}

export function getDataAutomationStatus(
  parts: StatusToolParts,
): Tool<typeof inputSchema, typeof statusOutput> {
  return {
    name: "get_data_automation_status",
    title: "Get data automation status",
    description:
      "Check one Amazon Bedrock Data Automation job: AWS's status and what it means (finished or not, whose fault, what to do, when to look again). Never start a job again before asking here: every job is paid for.",
    inputSchema,
    outputSchema: statusOutput,
    annotations: readOnlyAnnotations,
    async call({ invocationArn: arn }, { caller, signal }) {
      try {
        const job = await parts.readStatus(arn, { caller, signal });
        const explanation = explainStatus(job, arn, parts.now(), parts.related);
        return {
          isError: false,
          text: statusText(arn, job, explanation),
          structuredContent: statusAnswer(arn, job, explanation),
        };
      } catch (thrown) {
        return answerFailure(thrown, arn);
      }
    },
  };
}
