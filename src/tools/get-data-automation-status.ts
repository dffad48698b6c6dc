import { z } from "zod";
import { explainStatus, type RelatedTools } from "../jobs/explain-status.ts";
import { statusText } from "../jobs/status-text.ts";
import type { JobWatcher } from "../jobs/watcher/watcher.ts";
import { answerFailure } from "./failure-answer.ts";
import { icons } from "./icons.ts";
import { invocationArnText } from "./invocation-arn-input.ts";
import { readScope } from "./scopes.ts";
import { statusAnswer, statusOutput } from "./status-output.ts";
import { readOnlyAnnotations, type Tool } from "./tool.ts";

const inputSchema = z.object({
  invocationArn: invocationArnText.describe(
    "The job's ARN, from InvokeDataAutomationAsync: arn:aws:bedrock:<region>:<account>:data-automation-invocation/<id>",
  ),
});

export interface StatusToolParts {
  readonly watcher: Pick<JobWatcher, "read">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly related: RelatedTools;
}

export function getDataAutomationStatus(
  parts: StatusToolParts,
): Tool<typeof inputSchema, typeof statusOutput> {
  return {
    name: "get_data_automation_status",
    title: "Get data automation status",
    description:
      "Check one Amazon Bedrock Data Automation job: AWS's status and what it means (finished or not, whose fault, what to do, when to look again). Never start a job again before asking here: every job is paid for.",
    icon: icons.status,
    inputSchema,
    outputSchema: statusOutput,
    outputIsListed: true,
    annotations: readOnlyAnnotations,
    scope: readScope,
    jobs: ({ invocationArn }) => [invocationArn],
    async call({ invocationArn: arn }, { caller, notes, signal }) {
      try {
        const { job } = await parts.watcher.read(arn, { caller, notes, signal });
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
