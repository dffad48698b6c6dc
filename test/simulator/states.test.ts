import { describe, expect, test } from "bun:test";
import type { GetDataAutomationStatusCommandOutput } from "@aws-sdk/client-bedrock-data-automation-runtime";
import { simulatorJobs } from "../../src/simulator/catalogue.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { arnOf, ask, sdkClient, startSimulator } from "./kit.ts";

/** Without what AWS's client says about the call. */
function fieldsOf({ $metadata: _, ...fields }: GetDataAutomationStatusCommandOutput) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

describe("AWS's own client reads the job's fields", () => {
  test("a queued and a running job have a submission some time ago, and nothing of an end", async () => {
    const before = Date.now();
    await using simulator = startSimulator();
    for (const [jobId, status] of [
      ["sim-queued", "Created"],
      ["sim-running", "InProgress"],
    ] as const) {
      const job = await ask(sdkClient(simulator), arnOf(jobId));
      expect(Object.keys(fieldsOf(job)).sort()).toEqual(["jobSubmissionTime", "status"]);
      expect(job.status).toBe(status);
      const age = before - Number(job.jobSubmissionTime);
      expect(age).toBeGreaterThan(10_000);
      expect(age).toBeLessThan(120_000);
    }
  });

  test("a job that succeeded has its output, and times that agree with its duration", async () => {
    await using simulator = startSimulator();
    const job = await ask(sdkClient(simulator), arnOf("sim-success"));
    expect(job.status).toBe("Success");
    expect(job.outputConfiguration?.s3Uri).toBe(
      "s3://amzn-s3-demo-bucket/results/sim-success/job_metadata.json",
    );
    const took = Number(job.jobCompletionTime) - Number(job.jobSubmissionTime);
    expect(job.jobDurationInSeconds).toBe(Math.round(took / 1000));
    expect(Number(job.jobCompletionTime)).toBeLessThan(Date.now());
    expect(fieldsOf(job).errorMessage).toBeUndefined();
  });

  test("the requests have ids of their own", async () => {
    await using simulator = startSimulator();
    const client = sdkClient(simulator);
    const ids = [
      (await ask(client, arnOf("sim-queued"))).$metadata.requestId,
      (await ask(client, arnOf("sim-queued"))).$metadata.requestId,
    ];
    expect(ids[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(2);
  });

  test.each([
    ["sim-client-error-s3-access", "ClientError", /access denied.*s3:/i],
    ["sim-client-error-missing-object", "ClientError", /does not exist/],
    ["sim-client-error-profile", "ClientError", /DataAutomationProfile ARN/],
    ["sim-client-error-profile-permission", "ClientError", /us-west-2:111122223333:data-automation-profile/],
    ["sim-client-error-blueprint-permission", "ClientError", /blueprint\//],
    ["sim-client-error-encrypted-pdf", "ClientError", /encrypted/],
    ["sim-client-error-too-many-pages", "ClientError", /pages/],
    ["sim-client-error-too-large", "ClientError", /size/],
    ["sim-client-error-format", "ClientError", /format/],
    ["sim-client-error-kms", "ClientError", /KMS/],
    ["sim-client-error-quota", "ClientError", /quota/],
    ["sim-client-error-unexplained", "ClientError", /could not be completed/],
    ["sim-client-error-silent", "ClientError", undefined],
    ["sim-service-error", "ServiceError", /internal error/],
    ["sim-service-error-silent", "ServiceError", undefined],
  ] as const)("%s has ended as %s", async (jobId, status, message) => {
    await using simulator = startSimulator();
    const job = await ask(sdkClient(simulator), arnOf(jobId));
    expect(job.status).toBe(status);
    expect(job.jobCompletionTime).toBeInstanceOf(Date);
    if (message === undefined) expect(Object.keys(fieldsOf(job))).not.toContain("errorMessage");
    else expect(job.errorMessage).toMatch(message);
    expect(job.errorType === undefined).toBe(message === undefined);
  });

  test("a status that nobody knows, no field but the status, no field at all", async () => {
    await using simulator = startSimulator();
    const client = sdkClient(simulator);
    expect<string | undefined>((await ask(client, arnOf("sim-unknown-status"))).status).toBe(
      "AwaitingReview",
    );
    expect(fieldsOf(await ask(client, arnOf("sim-minimal")))).toEqual({ status: "Success" });
    expect(fieldsOf(await ask(client, arnOf("sim-empty")))).toEqual({});
  });

  test("there are as many running jobs as a load test wants, by number", async () => {
    await using simulator = startSimulator();
    for (const jobId of ["sim-running-1", "sim-running-1_2000"]) {
      expect((await ask(sdkClient(simulator), arnOf(jobId))).status).toBe("InProgress");
    }
  });

  test("jobs of other regions, partitions and of the older resource type are asked for there", async () => {
    await using simulator = startSimulator();
    const elsewhere = simulatorJobs.filter(
      ({ arn }) => !arn.startsWith("arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/"),
    );
    expect(elsewhere.map(({ arn }) => arn)).toEqual([
      "arn:aws:bedrock:eu-central-1:111122223333:data-automation-invocation/sim-success-eu",
      "arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:data-automation-invocation/sim-running-gov",
      "arn:aws:bedrock:us-east-1:111122223333:insights-invocation/sim-success-insights",
    ]);
    for (const { arn } of elsewhere) {
      const job = await ask(sdkClient(simulator, { region: arn.split(":")[3] ?? "" }), arn);
      expect(job.status).toMatch(/^(Success|InProgress)$/);
    }
  });
});

describe("time passes", () => {
  test.each([
    ["sim-moving", "Success"],
    ["sim-moving-client-error", "ClientError"],
    ["sim-moving-service-error", "ServiceError"],
  ] as const)(
    "%s goes from Created over InProgress to %s, from the first time it is asked about",
    async (jobId, end) => {
      const clock = new FakeClock(Date.now());
      await using simulator = startSimulator({}, clock);
      const client = sdkClient(simulator);
      await clock.advance(100_000);
      const seen = [];
      for (const pause of [0, 7_999, 1, 21_999, 1, 60_000]) {
        await clock.advance(pause);
        seen.push(await ask(client, arnOf(jobId)));
      }
      expect(seen.map(({ status }) => status)).toEqual([
        "Created",
        "Created",
        "InProgress",
        "InProgress",
        end,
        end,
      ]);
      expect(new Set(seen.map(({ jobSubmissionTime }) => Number(jobSubmissionTime))).size).toBe(1);
      const [last, beforeLast] = seen.toReversed();
      expect(last?.jobCompletionTime).toEqual(beforeLast?.jobCompletionTime);
      expect(last?.jobDurationInSeconds).toBe(30);
    },
  );

  test("what a job once said of its times stays, however much later and whatever becomes of the clock", async () => {
    const clock = new FakeClock(Date.now());
    await using simulator = startSimulator({}, clock);
    const client = sdkClient(simulator);
    const first = fieldsOf(await ask(client, arnOf("sim-success")));
    await clock.advance(60_000);
    clock.jump(-40_000);
    expect(fieldsOf(await ask(client, arnOf("sim-success")))).toEqual(first);
  });

  test("each simulator begins anew", async () => {
    const clock = new FakeClock(Date.now());
    await using earlier = startSimulator({}, clock);
    await ask(sdkClient(earlier), arnOf("sim-moving"));
    await clock.advance(31_000);
    expect((await ask(sdkClient(earlier), arnOf("sim-moving"))).status).toBe("Success");
    await using later = startSimulator({}, clock);
    expect((await ask(sdkClient(later), arnOf("sim-moving"))).status).toBe("Created");
  });
});
