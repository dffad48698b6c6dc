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
  const { errorMessage, status } = job;
  const told = {
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(status === undefined ? {} : { status }),
  };
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
  expect(lines[3]).toBe("Open: InProgress 0a1b2c3d-4e5f-4a6b-8c7d-000000000003.");
  expect(lines[4]).toContain("Check the open ones again in");
  expect(lines).toHaveLength(5);
});

test("open jobs are named with AWS's word for each, up to ten of them: a model may see nothing else", () => {
  const ids = (...numbers: number[]) =>
    numbers.map((number) => `0a1b2c3d-4e5f-4a6b-8c7d-${String(number).padStart(12, "0")}`).join(", ");
  const text = checkText([
    checked({ status: "InProgress" }, 0),
    checked({ status: 'Awaiting "Review"' }, 1),
    checked({}, 2),
    ...many(8, (number) => checked({ status: "Created" }, 3 + number)),
    checked({ status: "InProgress" }, 11),
  ]);
  expect(text).toContain(
    `Open: InProgress ${ids(0)}; "Awaiting 'Review'" ${ids(1)}; no status ${ids(2)}; Created ${ids(3, 4, 5, 6, 7, 8, 9)} and 2 more.`,
  );
});

test("a job that AWS failed may be started again, and is paid for again", () => {
  const text = checkText([checked({ status: "ServiceError", errorMessage: "It ended" }, 0)]);
  expect(text).toContain('AWS\'s words: "It ended". Start again: safe, but paid for again.');
});

test("what is no ARN is told once", () => {
  const failure = { meaning: 'One of invocationArns is no ARN: "x".' };
  expect(checkText([{ arn: "x", failure }])).toBe(
    '1 job: 1 could not be checked.\n- Not checked: One of invocationArns is no ARN: "x".',
  );
});

test("fifty jobs cost hardly more to read than ten, whatever AWS says of them", () => {
  const fifty = checkText([
    ...many(20, (number) => checked(failed, number)),
    ...many(20, unchecked),
    ...many(10, (number) => checked({ status: "Created" }, number)),
  ]);
  expect(fifty).toContain("and 15 more like these");
  expect(countTokens(fifty)).toBeLessThan(1_000);
});
