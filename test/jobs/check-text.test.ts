import { expect, test } from "bun:test";
import { countTokens } from "gpt-tokenizer";
import type { JobStatus } from "../../src/aws/runtime-client.ts";
import { type CheckedJob, checkText } from "../../src/jobs/check-text.ts";
import { explainStatus } from "../../src/jobs/explain-status.ts";
import { arn } from "../watcher/fake-runtime.ts";

const errorMessage = `The file is not a document of a supported format. ${"More of it. ".repeat(200)}`;
const failed: JobStatus = { status: "ClientError", errorType: "ValidationException", errorMessage };

function checked(job: JobStatus, number: number): CheckedJob {
  const { text, ...rest } = arn(`0a1b2c3d-4e5f-4a6b-8c7d-${String(number).padStart(12, "0")}`);
  const explanation = explainStatus(job, { text, ...rest }, Date.UTC(2026, 0, 2), {});
  const told = job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage };
  return { arn: text, explanation, ...told };
}
const unchecked = (number: number): CheckedJob => ({
  arn: arn(`unchecked-${number}`).text,
  failure: { name: "AccessDeniedException", meaning: "The credentials may not read this job's status." },
});
const many = <T>(count: number, make: (number: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));

test("the failed ones come first, with AWS's words; the good ones are counted", () => {
  const lines = checkText([
    ...many(3, (number) => checked({ status: "Success" }, number)),
    checked({ status: "InProgress" }, 3),
    unchecked(4),
    checked(failed, 5),
  ]).split("\n");
  expect(lines[0]).toBe("6 jobs: 1 failed, 1 could not be checked, 1 running, 3 succeeded.");
  expect(lines[1]).toContain("000000000005");
  expect(lines[1]).toContain("AWS's words: \"The file is not a document of a supported format.");
  expect(lines[1]).toContain("Start again: after_fix.");
  expect(lines[2]).toContain("AccessDeniedException");
  expect(lines[3]).toContain("Check the open ones again in");
  expect(lines).toHaveLength(4);
});

test("fifty jobs cost hardly more to read than ten, whatever AWS says of them", () => {
  const fifty = checkText([
    ...many(20, (number) => checked(failed, number)),
    ...many(20, unchecked),
    ...many(10, (number) => checked({ status: "Created" }, number)),
  ]);
  expect(fifty).toContain("and 15 more like these");
  expect(countTokens(fifty)).toBeLessThan(900);
});
