import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readInvocationArn } from "../../src/aws/arn.ts";
import { describeArnProblem } from "../../src/jobs/describe-arn-problem.ts";

function described(given: string): string {
  const reading = readInvocationArn(given);
  return reading.ok ? "fine" : describeArnProblem(reading.problem, given);
}

const job = "data-automation-invocation/0a1b";

describe("a text that is no invocation ARN is told what it is, and what is wanted", () => {
  test.each([
    ["", /^is empty\./],
    ["my job", /^has blanks.*inside: "my job"/],
    ["job-17", /^is no ARN: "job-17"/],
    [
      `"arn:aws:bedrock:us-east-1:111122223333:${job}"`,
      /^has quotation marks around it: .* Give the ARN alone\./,
    ],
    [`\u201carn:aws:bedrock:us-east-1:111122223333:${job}\u201d`, /^has quotation marks around it/],
    [`<arn:aws:bedrock:us-east-1:111122223333:${job}>`, /^has angle brackets around it: "<arn/],
    [`arn:aws:bedrock:us-east-1:111122223333:${job}>`, /^has angle brackets around it/],
    [`(arn:aws:bedrock:us-east-1:111122223333:${job})`, /^has brackets around it/],
    [`<"arn:aws:bedrock:us-east-1:111122223333:${job}">`, /^has other marks around it/],
    [
      `ARN:AWS:BEDROCK:US-EAST-1:111122223333:${job.toUpperCase()}`,
      /^has capital letters, where AWS writes small ones/,
    ],
    [`arn:aws:bedrock:US-EAST-1:111122223333:${job}`, /^has capital letters, where AWS writes small ones/],
    [`arn:aws:bedrock:US-EAST-1:1234:${job}`, /not of AWS's form \(like us-east-1, in small letters\)/],
    [
      `arn:aws:bedrock:us-east-1:111122223333:${job.replace("/", ":")}`,
      /^has a colon before the job id, where AWS writes a slash/,
    ],
    ["arn:aws:bedrock:us-east-1:111122223333:blueprint:b", /^is the ARN of a blueprint/],
    [`\u200barn:aws:bedrock:us-east-1:111122223333:${job}`, /^has more around the ARN, seen or not: "arn/],
    [`{"invocationArn":"arn:aws:bedrock:us-east-1:111122223333:${job}"}`, /^has more around the ARN/],
    ["s3://bucket/a.pdf", /^is an Amazon S3 location, not a job: "s3:\/\/bucket\/a\.pdf"/],
    ["0a1b2c3d-1111-4222-8333-444455556666", /^is a bare job id.*Account and region are needed/],
    [
      "arn:aws:bedrock:us-east-1:111122223333:data-automation-project/p",
      /^is the ARN of a data automation project/,
    ],
    [
      "arn:aws:bedrock:us-east-1:111122223333:data-automation-profile/us.data-automation-v1",
      /a data automation profile/,
    ],
    ["arn:aws:bedrock:us-east-1:111122223333:data-automation-library/l", /a data automation library/],
    ["arn:aws:bedrock:us-east-1:111122223333:blueprint/b", /a blueprint/],
    ["arn:aws:bedrock:us-east-1:111122223333:guardrail/g", /another Bedrock resource \("guardrail"\)/],
    ["arn:aws:bedrock:us-east-1:111122223333:constructor/g", /another Bedrock resource \("constructor"\)/],
    ["arn:aws:s3:::bucket/key", /^is an ARN of Amazon S3, not of Bedrock/],
    ["arn:aws:sqs:us-east-1:111122223333:q", /the service "sqs"/],
    [`arn:aws-moon:bedrock:us-east-1:111122223333:${job}`, /partition "aws-moon"/],
    [
      `arn:aws:bedrock:evil.example:111122223333:${job}`,
      /region "evil\.example", which is not of AWS's form/,
    ],
    [`arn:aws:bedrock::111122223333:${job}`, /names no region/],
    [
      `arn:aws:bedrock:cn-north-1:111122223333:${job}`,
      /region "cn-north-1", which belongs to partition aws-cn, not to "aws"/,
    ],
    [`arn:aws:bedrock:us-east-1:1234:${job}`, /account "1234", which is not twelve digits/],
    ["arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/", /ends without a job id/],
    [`arn:aws:bedrock:us-east-1:111122223333:${job}/x`, /ends with "0a1b\/x", which is no job id/],
    [
      `arn:aws:bedrock:us-east-1:111122223333:${job}${"a".repeat(100)}`,
      /^has 1\d\d characters; .* at most 128/,
    ],
  ])("%s", (given, expected) => {
    expect(described(given)).toMatch(expected);
    expect(described(given)).toMatch(
      /Wanted: the invocationArn that InvokeDataAutomationAsync returned, like arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation\/<job id>\.$/,
    );
  });

  test("the example that is shown is of the right form", () => {
    const example = /like (\S+:data-automation-invocation\/)/.exec(described(""))?.[1];
    expect(described(`${example}0a1b`)).toBe("fine");
  });

  test("what was given is quoted, clean and short, whatever it is", () => {
    const parts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "arn:aws:",
        "bedrock:",
        "us-east-1:",
        "111122223333:",
        `${job}`,
        "s3://",
        "\u202e",
        "\x1b[1m",
        '"',
        "x".repeat(500),
      ),
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), (given) => {
        const text = described(given.join(""));
        expect(text).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}]|undefined/u);
        expect([...text].length).toBeLessThan(600);
      }),
      { numRuns: 1000 },
    );
  });
});
