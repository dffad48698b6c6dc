import { readInvocationArn } from "../aws/arn.ts";
import type { Caller } from "../caller.ts";
import { describeArnProblem } from "../jobs/describe-arn-problem.ts";
import type { JobWatcher } from "../jobs/watcher/watcher.ts";
import type { Prompt } from "./prompt.ts";

export interface PromptParts {
  readonly watcher: Pick<JobWatcher, "seen">;
}

/** The prompt about one job. */
export function explainJobPrompt({ watcher }: PromptParts): Prompt {
  return {
    name: "explain_data_automation_job",
    title: "Explain a data automation job",
    description: "What happened to one job, and what to do next.",
    arguments: [{ name: "invocationArn", description: "The job's invocation ARN", required: true }],
    message({ invocationArn = "" }) {
      const reading = readInvocationArn(invocationArn);
      if (!reading.ok) {
        return { ok: false, message: `invocationArn ${describeArnProblem(reading.problem, invocationArn)}` };
      }
      return {
        ok: true,
        text: `Check the Amazon Bedrock Data Automation job ${reading.arn.text} with get_data_automation_status. Tell me in plain words whether it is finished, and if it failed whose fault it was, what AWS says word for word, what I should do next, and whether starting it again makes sense. If it is still running, say when to look again, and do not start it again.`,
      };
    },
    complete: (_, typed, caller) => seenArns(watcher, typed, caller),
  };
}

/** The prompt about many jobs. */
export function triageJobsPrompt({ watcher }: PromptParts): Prompt {
  return {
    name: "triage_data_automation_jobs",
    title: "Triage data automation jobs",
    description: "Which of many jobs need somebody, and in what order.",
    arguments: [
      {
        name: "invocationArns",
        description: "Invocation ARNs, with blanks or commas between them",
        required: true,
      },
    ],
    message({ invocationArns = "" }) {
      const given = invocationArns.split(/[\s,;]+/).filter((text) => text !== "");
      if (given.length === 0) return { ok: false, message: "invocationArns is empty: give one ARN or more." };
      for (const text of given) {
        const reading = readInvocationArn(text);
        if (!reading.ok)
          return { ok: false, message: `invocationArns: ${describeArnProblem(reading.problem, text)}` };
      }
      return {
        ok: true,
        text: `Check these Amazon Bedrock Data Automation jobs with check_data_automation_jobs (50 at a time). Group those that failed by cause, most jobs first, with what to mend and whether to start them again afterwards. Then say which could not be checked and why, which still run, and how many are fine.\n${[...new Set(given)].join("\n")}`,
      };
    },
    complete: (_, typed, caller) => seenArns(watcher, typed.split(/[\s,;]+/).at(-1) ?? "", caller),
  };
}

function seenArns(watcher: Pick<JobWatcher, "seen">, typed: string, caller: Caller): readonly string[] {
  return watcher
    .seen(caller)
    .map(({ text }) => text)
    .filter((text) => text.startsWith(typed) || (typed !== "" && text.includes(typed)));
}
