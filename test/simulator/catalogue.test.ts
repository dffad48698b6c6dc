import { describe, expect, test } from "bun:test";
import { readInvocationArn } from "../../src/aws/arn.ts";
import { demoJobs, fleetArn, fleetSize, jobGroups, simulatorJobs } from "../../src/simulator/catalogue.ts";
import { post, startSimulator, statusCall } from "./kit.ts";

describe("the catalogue of simulated jobs", () => {
  test("every ARN is one that the product takes, and there is only one of each", () => {
    const arns = [...simulatorJobs.map(({ arn }) => arn), fleetArn(1), fleetArn(fleetSize)];
    for (const arn of arns) expect(readInvocationArn(arn).ok).toBe(true);
    expect(new Set(arns).size).toBe(arns.length);
    expect(arns.at(-2)).toEndWith("/sim-fleet-0001");
    expect(arns.at(-1)).toEndWith("/sim-fleet-1000");
  });

  test("a person reads it: by groups, a line for each job", () => {
    for (const { title, jobId, arn, group } of simulatorJobs) {
      expect(title).toMatch(/^[A-Z][^\n]{3,98}$/);
      expect(arn).toEndWith(`/${jobId}`);
      expect(jobGroups).toContain(group);
    }
    const order = simulatorJobs.map(({ group }) => jobGroups.indexOf(group));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  test("six jobs for a demonstration: queued, running, well and badly ended, refused", async () => {
    await using simulator = startSimulator();
    const seen = [];
    for (const { arn } of demoJobs) {
      const answer = await (await post(simulator, statusCall({ invocationArn: arn }))).json();
      seen.push((answer as { status?: string; __type?: string }).status ?? "refused");
    }
    expect(seen).toEqual(["Created", "InProgress", "Success", "ClientError", "ServiceError", "refused"]);
  });

  test("every job of the catalogue is there to be asked about", async () => {
    await using simulator = startSimulator();
    for (const { arn, jobId } of simulatorJobs) {
      if (["sim-not-found", "sim-slow", "sim-hang"].includes(jobId)) continue;
      const region = arn.split(":")[3] ?? "";
      const response = await post(simulator, statusCall({ invocationArn: arn }), { region });
      expect(await response.text()).not.toContain("There is no such invocation");
    }
  });
});
