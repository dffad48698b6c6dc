import { durationText, utcText } from "../jobs/duration-text.ts";
import type { Verdict } from "../jobs/explanation.ts";
import { quoteText } from "../jobs/quote.ts";
import type { StatusOutcome } from "./status-outcome.ts";
import type { Block } from "./terminal-layout.ts";
import type { Tone } from "./terminal-look.ts";

type Of<Kind extends StatusOutcome["kind"]> = Extract<StatusOutcome, { readonly kind: Kind }>;
type Row = readonly [name: string, text: string];

const signs: Readonly<Record<Verdict, readonly [sign: string, tone: Tone]>> = {
  succeeded: ["✓", "good"],
  failed: ["✗", "bad"],
  queued: ["…", "waiting"],
  running: ["…", "waiting"],
  unknown: ["?", "waiting"],
};

/** What a person is told of one ARN. */
export function statusBlocks(outcome: StatusOutcome): Block[] {
  switch (outcome.kind) {
    case "answered":
      return answered(outcome);
    case "call_failed":
      return callFailed(outcome);
    case "not_an_arn":
      return [{ kind: "remark", sign: "✗", tone: "bad", text: outcome.problem }];
  }
}

function answered({ answer }: Of<"answered">): Block[] {
  const { explanation, errorType, errorMessage } = answer;
  const [sign, tone] = signs[explanation.verdict];
  const words = [errorType, errorMessage].filter((text) => text !== undefined);
  return [
    { kind: "headline", sign, tone, text: explanation.summary },
    {
      kind: "fields",
      rows: present([
        ["job", answer.invocationArn],
        ["status", answer.status],
        ["submitted", utcText(answer.jobSubmissionTime)],
        ["ended", utcText(answer.jobCompletionTime)],
        ["s3Uri", answer.outputConfiguration?.s3Uri],
        ["waited", waitedText(answer.waited)],
        ["AWS says", words.length === 0 ? undefined : words.map((text) => quoteText(text, 4000)).join(": ")],
      ]),
    },
    ...(explanation.possibleCauses ?? []).map(
      ({ cause, remedy, basedOn }): Block => ({
        kind: "section",
        title: `Possible cause, from the words ${quoteText(basedOn, 100)}`,
        paragraphs: [cause, remedy],
      }),
    ),
    { kind: "section", title: "What next", paragraphs: explanation.nextSteps },
  ];
}

/** Nothing where the first look told all there was to wait for. */
function waitedText(waited: Of<"answered">["answer"]["waited"]): string | undefined {
  if (waited === undefined) return undefined;
  const { checks, failedChecks, lastFailure, seconds, stopped, timedOut } = waited;
  if (checks <= 1 && !timedOut && !stopped) return undefined;
  const failed = `${failedChecks} of them failed, the last with ${lastFailure?.name ?? "no reason"}`;
  return [
    `${durationText(seconds)}, ${checks} check${checks === 1 ? "" : "s"}`,
    failedChecks === 0 ? undefined : failed,
    timedOut ? "the time is up" : stopped ? "stopped" : undefined,
  ]
    .filter((part) => part !== undefined)
    .join("; ");
}

function callFailed({ failure }: Of<"call_failed">): Block[] {
  const { awsMessage, bodyExcerpt, tryAgain, tryAgainInSeconds: seconds } = failure;
  const again = {
    no: "no, the same call would fail again",
    after_fix: "after that",
    later: seconds === undefined ? "any time" : `in ${durationText(seconds)}`,
  }[tryAgain];
  return [
    {
      kind: "headline",
      sign: "✗",
      tone: "bad",
      text: "The call failed, not the job: nothing is known of the job, so do not start it again because of this.",
    },
    {
      kind: "fields",
      rows: present([
        ["job", failure.invocationArn],
        ["reason", `${failure.name}: ${failure.meaning}`],
        ["AWS says", awsMessage === undefined ? undefined : quoteText(awsMessage, 1000)],
        ["answer", bodyExcerpt === undefined ? undefined : answerBegan(bodyExcerpt)],
        ["to do", failure.remedy],
        ["ask again", again],
        ["request id", failure.requestId],
      ]),
    },
  ];
}

function answerBegan(excerpt: string): string {
  return excerpt.trim() === "" ? "was empty" : `began ${quoteText(excerpt, 300)}`;
}

function present(rows: readonly (readonly [name: string, text: string | undefined])[]): Row[] {
  return rows.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
}

/** One line over several jobs: `4 jobs: 1 failed, 1 running, 2 succeeded.` Nothing for one. */
export function tally(outcomes: readonly StatusOutcome[]): string | undefined {
  if (outcomes.length < 2) return undefined;
  const counts = new Map<string, number>();
  for (const outcome of outcomes) {
    const name = outcome.kind === "answered" ? outcome.answer.explanation.verdict : notAsked[outcome.kind];
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const said = tallyOrder.flatMap((name) => (counts.has(name) ? [`${counts.get(name)} ${name}`] : []));
  return `${outcomes.length} jobs: ${said.join(", ")}.`;
}

const notAsked = { call_failed: "not known (the call failed)", not_an_arn: "no job's ARN" } as const;
const tallyOrder = ["failed", "running", "queued", "succeeded", "unknown", ...Object.values(notAsked)];
