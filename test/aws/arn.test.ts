import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type ArnProblem, invocationsOf, readInvocationArn } from "../../src/aws/arn.ts";

/** The service model's own pattern, with the resource type that the model allowed before November 2025 besides. */
const invocationArnPattern =
  /^arn:aws(|-cn|-iso|-iso-[a-z]|-us-gov):bedrock:[a-zA-Z0-9-]*:[0-9]{12}:(data-automation-invocation|insights-invocation)\/[a-zA-Z0-9_-]+$/;
const id = "0a1b2c3d-1111-4222-8333-444455556666";
const good = `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${id}`;

function problemOf(text: string): ArnProblem | undefined {
  const reading = readInvocationArn(text);
  return reading.ok ? undefined : reading.problem;
}

describe("an invocation ARN is taken apart", () => {
  test("with blanks around it", () => {
    expect(readInvocationArn(`\n  ${good}\t`)).toEqual({
      ok: true,
      arn: {
        text: good,
        partition: "aws",
        region: "us-east-1",
        accountId: "111122223333",
        resourceType: "data-automation-invocation",
        jobId: id,
      },
    });
  });

  test.each([
    good.replace("data-automation-invocation", "insights-invocation"),
    good.replace("arn:aws:bedrock:us-east-1", "arn:aws-us-gov:bedrock:us-gov-west-1"),
    good.replace("arn:aws:bedrock:us-east-1", "arn:aws-cn:bedrock:cn-northwest-1"),
    good.replace("arn:aws:bedrock:us-east-1", "arn:aws-iso-b:bedrock:us-isob-east-1"),
    good.replace("us-east-1", "mx-central-1"),
    good.replace(id, "sim_job-1"),
  ])("%s", (text) => {
    expect(problemOf(text)).toBeUndefined();
    expect(text).toMatch(invocationArnPattern);
  });
});

test.each([
  ["", { kind: "empty" }],
  ["   ", { kind: "empty" }],
  ["s3://bucket/out/job_metadata.json", { kind: "s3_uri" }],
  [id, { kind: "job_id" }],
  [id.toUpperCase(), { kind: "job_id" }],
  ["hello", { kind: "malformed" }],
  ["arn:aws:bedrock", { kind: "malformed" }],
  [good.replace("/", "/ "), { kind: "blanks_inside" }],
  [
    "arn:aws:bedrock:us-east-1:111122223333:data-automation-project/abcdefabcdef",
    { kind: "other_bedrock_resource", resourceType: "data-automation-project" },
  ],
  [
    "arn:aws:bedrock:us-east-1:aws:data-automation-project/public-default",
    { kind: "other_bedrock_resource", resourceType: "data-automation-project" },
  ],
  [
    "arn:aws:bedrock:us-east-1:111122223333:data-automation-profile/us.data-automation-v1",
    { kind: "other_bedrock_resource", resourceType: "data-automation-profile" },
  ],
  [
    "arn:aws:bedrock:us-east-1:111122223333:blueprint/0123456789ab",
    { kind: "other_bedrock_resource", resourceType: "blueprint" },
  ],
  ["arn:aws:s3:::bucket/key", { kind: "other_service", service: "s3" }],
  ["arn:aws:iam::111122223333:role/me", { kind: "other_service", service: "iam" }],
  [
    good.replace("us-east-1", "cn-north-1"),
    { kind: "region_of_other_partition", region: "cn-north-1", partition: "aws", regionPartition: "aws-cn" },
  ],
  [
    good.replace("us-east-1", "us-gov-west-1"),
    {
      kind: "region_of_other_partition",
      region: "us-gov-west-1",
      partition: "aws",
      regionPartition: "aws-us-gov",
    },
  ],
  [good.replace("us-east-1", "evil.example.com"), { kind: "bad_region", region: "evil.example.com" }],
  [good.replace("us-east-1", ""), { kind: "bad_region", region: "" }],
  [good.replace("arn:aws:", "arn:aws-eusc:"), { kind: "bad_partition", partition: "aws-eusc" }],
  [good.replace("111122223333", "1111"), { kind: "bad_account", accountId: "1111" }],
  [good.replace(id, "a.b"), { kind: "bad_job_id", jobId: "a.b" }],
  [good.replace(id, ""), { kind: "bad_job_id", jobId: "" }],
  [good.replace(id, "x".repeat(80)), { kind: "too_long", length: 146 }],
] as const)("%p is not one: it says what it is", (text, problem) => {
  expect(problemOf(text)).toEqual(problem);
});

test("whatever is taken fits the service's pattern, and its region cannot lead elsewhere", () => {
  const part = fc.oneof(
    fc.constantFrom("aws", "bedrock", "us-east-1", "111122223333", ":", "/", ".", "#", "@"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.nat(good.length), (parts, at) => {
      for (const text of [parts.join(":"), good.slice(0, at) + parts.join("") + good.slice(at)]) {
        const reading = readInvocationArn(text);
        if (!reading.ok) continue;
        expect(reading.arn.text).toMatch(invocationArnPattern);
        expect(reading.arn.region).toMatch(/^[a-z]+(-[a-z]+)+-\d{1,2}$/);
      }
    }),
    { numRuns: 2000 },
  );
});

test("a policy names all jobs of the ARN's account and region", () => {
  const reading = readInvocationArn(
    good.replace("arn:aws:bedrock:us-east-1", "arn:aws-cn:bedrock:cn-north-1"),
  );
  if (!reading.ok) throw new Error("not read");
  expect(invocationsOf(reading.arn)).toBe(
    "arn:aws-cn:bedrock:cn-north-1:111122223333:data-automation-invocation/*",
  );
});
