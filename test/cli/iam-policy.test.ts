import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isolated, runCommand } from "./run-command.ts";

const arn = "arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:data-automation-invocation/0a1b2c3d";

async function resourceFor(
  args: readonly string[],
  env: Record<string, string | undefined> = {},
): Promise<{ resource: string; stderr: string }> {
  const { code, stdout, stderr } = await runCommand(["iam-policy", ...args], {
    env: { ...isolated, ...env },
  });
  expect(code).toBe(0);
  const policy = JSON.parse(stdout);
  expect(policy.Version).toBe("2012-10-17");
  expect(policy.Statement).toHaveLength(1);
  expect(policy.Statement[0]).toMatchObject({ Effect: "Allow", Action: "bedrock:GetDataAutomationStatus" });
  return { resource: policy.Statement[0].Resource, stderr };
}

describe("iam-policy", () => {
  test("with an ARN it is for that job's partition, region and account, and stderr stays empty", async () => {
    expect(await resourceFor([arn])).toEqual({
      resource: "arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:data-automation-invocation/*",
      stderr: "",
    });
  });

  test("without one it can be used as it is, and stderr says what it covers", async () => {
    const { resource, stderr } = await resourceFor([]);
    expect(resource).toBe("arn:aws:bedrock:*:*:data-automation-invocation/*");
    expect(stderr).toContain("every region");
  });

  test("a region that is none is said to be passed over", async () => {
    const { resource, stderr } = await resourceFor([], { AWS_REGION: "us-east" });
    expect(resource).toBe("arn:aws:bedrock:*:*:data-automation-invocation/*");
    expect(stderr).toStartWith(
      'AWS_REGION is "us-east", which is no region of AWS\'s form, and is passed over.',
    );
  });

  test("a configured region narrows it: a variable's before the profile's", async () => {
    const folder = await mkdtemp(join(tmpdir(), "iam-policy-"));
    const config = join(folder, "config");
    writeFileSync(config, "[profile dev]\nregion = cn-north-1\n");
    const profile = { AWS_CONFIG_FILE: config, AWS_PROFILE: "dev" };
    expect((await resourceFor([], profile)).resource).toStartWith("arn:aws-cn:bedrock:cn-north-1:*:");
    const both = await resourceFor([], { ...profile, AWS_REGION: "eu-west-1" });
    expect(both.resource).toStartWith("arn:aws:bedrock:eu-west-1:*:");
    expect(both.stderr).toContain("eu-west-1, the region from AWS_REGION");
    await rm(folder, { recursive: true });
  });

  test("a profile that there is not costs the region only", async () => {
    const { resource, stderr } = await resourceFor([], { AWS_PROFILE: "nobody" });
    expect(resource).toBe("arn:aws:bedrock:*:*:data-automation-invocation/*");
    expect(stderr).toContain("cannot be read");
  });

  test("what is no invocation ARN is refused", async () => {
    const ran = await runCommand(["iam-policy", "arn:aws:s3:::bucket"]);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain("Amazon S3");
  });
});

describe("iam-policy --caller-role", () => {
  const role = "arn:aws-us-gov:iam::111122223333:role/readers/bda";

  test("prints what the server's own credentials need, and says what the role has to trust", async () => {
    const { code, stdout, stderr } = await runCommand(["iam-policy", "--caller-role", role]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AssumeCallerRole",
          Effect: "Allow",
          Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
          Resource: role,
        },
      ],
    });
    const [, trust = ""] = /needs the statement (\{.*\})$/m.exec(stderr) ?? [];
    expect(JSON.parse(trust)).toMatchObject({
      Effect: "Allow",
      Principal: { AWS: expect.any(String) },
      Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
    });
  });

  test("with tags also to set them", async () => {
    const args = ["iam-policy", "--caller-role", role, "--caller-tag", "team=Team"];
    const { stdout, stderr } = await runCommand(args);
    expect(JSON.parse(stdout).Statement[0].Action).toContain("sts:TagSession");
    expect(stderr).toContain('"sts:TagSession"');
  });

  test.each([
    [["--caller-role", "arn:aws:iam::1:role/x"], /^--caller-role must be the ARN of an IAM role/],
    [["--caller-role", "arn:aws:iam::111122223333:user/x"], /must be the ARN of an IAM role/],
    [["--caller-role", role, "--caller-tag", "team"], /^--caller-tag must be like claim=key/],
    [["--caller-role", role, "--caller-tag", "team=aws:x"], /^--caller-tag must be like claim=key/],
    [["--caller-role", role, "--caller-tag", "a=Team,b=team"], /^--caller-tag must name each key once/],
    [["--caller-tag", "team=Team"], /^--caller-tag needs --caller-role/],
  ])("what cannot be is told: %p", async (args, words) => {
    const { code, stderr } = await runCommand(["iam-policy", ...args]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
  });

  test.each([
    [["http", "--caller-role", role], {}, /^--caller-role needs callers who say who they are/],
    [
      ["http", "--caller-role", role],
      { BDA_MCP_AUTH_TOKEN: "a-token-without-a-name==" },
      /needs callers who say who they are/,
    ],
    [
      ["http", "--caller-role", role, "--caller-tag", "team=Team"],
      { BDA_MCP_AUTH_TOKEN: "alice=a-token-of-some-length" },
      /^--caller-tag needs --oidc-issuer/,
    ],
  ])("a server without callers to tell apart does not start: %p", async (args, env, words) => {
    const { code, stderr } = await runCommand(args, { env: { ...isolated, ...env } });
    expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
  });
});
