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
