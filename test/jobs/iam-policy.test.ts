import { describe, expect, test } from "bun:test";
import { invocationsOf as invocationsOfArn } from "../../src/aws/arn.ts";
import { partitions } from "../../src/aws/partitions.ts";
import { invocationsOf, viaService } from "../../src/jobs/arn-names.ts";
import { iamPolicy } from "../../src/jobs/iam-policy.ts";
import { arn, arnIn, holes } from "./kit.ts";

describe("the least-privilege policy", () => {
  test("for status: one action on the jobs of one account and region", () => {
    expect(iamPolicy(arn)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "ReadDataAutomationStatus",
          Effect: "Allow",
          Action: "bedrock:GetDataAutomationStatus",
          Resource: "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/*",
        },
      ],
    });
  });

  test("an ARN as it was written before November 2025 has its own resource type named too", () => {
    const old = { ...arn, resourceType: "insights-invocation" } as const;
    expect(iamPolicy(old).Statement[0]?.Resource).toEqual([
      "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/*",
      "arn:aws:bedrock:us-east-1:111122223333:insights-invocation/*",
    ]);
  });

  test("what is not known is left open, and only that", () => {
    const resource = (place: Parameters<typeof iamPolicy>[0]) => iamPolicy(place).Statement[0]?.Resource;
    expect(resource(undefined)).toBe("arn:aws:bedrock:*:*:data-automation-invocation/*");
    expect(resource({ region: "eu-west-1" })).toBe(
      "arn:aws:bedrock:eu-west-1:*:data-automation-invocation/*",
    );
  });

  test("for results: the prefix's objects, the bucket's list, the key through S3 alone", () => {
    const kmsKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/k";
    const policy = iamPolicy(arn, { results: { bucket: "out", prefix: "invoices", kmsKeyArn } });
    expect(
      policy.Statement.slice(1).map(({ Action, Resource, Condition }) => [Action, Resource, Condition]),
    ).toEqual([
      ["s3:GetObject", "arn:aws:s3:::out/invoices/*", undefined],
      ["s3:ListBucket", "arn:aws:s3:::out", undefined],
      ["kms:Decrypt", kmsKeyArn, { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } }],
    ]);
    expect(holes(policy)).toEqual([]);
  });

  test.each([
    [undefined, "out/*"],
    ["", "out/*"],
    ["a/", "out/a/*"],
    ["a/b", "out/a/b/*"],
    ["a*?$b", `out/a${"$"}{*}${"$"}{?}${"$"}{$}b/*`],
  ])("prefix %p", (prefix, path) => {
    const results = prefix === undefined ? { bucket: "out" } : { bucket: "out", prefix };
    expect(iamPolicy(arn, { results }).Statement[1]?.Resource).toBe(`arn:aws:s3:::${path}`);
  });

  test("other partitions have their own names", () => {
    const cn = arnIn("cn-north-1", "aws-cn");
    const kmsKeyArn = "arn:aws-cn:kms:cn-north-1:111122223333:key/k";
    const text = JSON.stringify(iamPolicy(cn, { results: { bucket: "out", kmsKeyArn } }));
    expect(text).toContain("arn:aws-cn:s3:::out/*");
    expect(text).toContain("s3.cn-north-1.amazonaws.com.cn");
  });
});

test("the names here are those of the aws room", () => {
  expect(invocationsOf(arn)).toBe(invocationsOfArn(arn));
  for (const { id, dnsSuffix, defaultRegion: region } of partitions) {
    expect(viaService("s3", { partition: id, region })).toBe(`s3.${region}.${dnsSuffix}`);
  }
});
