import { describe, expect, test } from "bun:test";
import { createSimulator, type SimulatedCall } from "../../src/simulator/simulator.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { arnOf, identityCall, post, type Started, startSimulator, statusCall } from "./kit.ts";

async function statusOf(simulator: Started, jobId = "sim-running", region = "us-east-1"): Promise<number> {
  const invocationArn = arnOf(jobId).replace("us-east-1", region);
  return (await post(simulator, statusCall({ invocationArn }), { region })).status;
}

async function statusesOf(simulator: Started, calls: number): Promise<number[]> {
  const seen = [];
  for (let call = 0; call < calls; call += 1) seen.push(await statusOf(simulator));
  return seen;
}

describe("calls above a rate are throttled", () => {
  test("as many as the rate at once, then no faster than the rate", async () => {
    const clock = new FakeClock(Date.now());
    await using simulator = startSimulator({ maxCallsPerSecond: 5 }, clock);
    expect(await statusesOf(simulator, 6)).toEqual([200, 200, 200, 200, 200, 429]);
    await clock.advance(199);
    expect(await statusOf(simulator)).toBe(429);
    await clock.advance(1);
    expect(await statusesOf(simulator, 2)).toEqual([200, 429]);
    await clock.advance(3_000);
    expect(await statusesOf(simulator, 6)).toEqual([200, 200, 200, 200, 200, 429]);
  });

  test("a client that keeps to the rate is never throttled", async () => {
    const clock = new FakeClock(Date.now());
    await using simulator = startSimulator({ maxCallsPerSecond: 10 }, clock);
    for (let call = 0; call < 50; call += 1) {
      expect(await statusOf(simulator)).toBe(200);
      await clock.advance(100);
    }
  });

  test("each account and region for itself, and STS not at all", async () => {
    const clock = new FakeClock(Date.now());
    await using simulator = startSimulator({ maxCallsPerSecond: 1 }, clock);
    expect(await statusesOf(simulator, 2)).toEqual([200, 429]);
    expect(await statusOf(simulator, "sim-success-eu", "eu-central-1")).toBe(200);
    expect(await statusOf(simulator, "sim-success-eu", "eu-central-1")).toBe(429);
    expect((await post(simulator, identityCall, { service: "sts" })).status).toBe(200);
  });

  test("a request that is not signed well costs nothing", async () => {
    const clock = new FakeClock(Date.now());
    await using simulator = startSimulator({ maxCallsPerSecond: 1 }, clock);
    await post(simulator, statusCall({ invocationArn: arnOf("sim-running") }), { service: "s3" });
    expect(await statusOf(simulator)).toBe(200);
  });

  test("without a rate nothing is throttled", async () => {
    await using simulator = startSimulator();
    expect(new Set(await statusesOf(simulator, 50))).toEqual(new Set([200]));
  });

  test.each([0, -1, Number.NaN])("a rate of %p is refused", (maxCallsPerSecond) => {
    const clock = new FakeClock();
    expect(() => createSimulator({ clock, settings: { maxCallsPerSecond } })).toThrow(RangeError);
  });
});

test("somebody can hear of each status call: which job, what it was told, when it came", async () => {
  const clock = new FakeClock(Date.now());
  const calls: SimulatedCall[] = [];
  await using simulator = startSimulator({ maxCallsPerSecond: 3, onCall: (call) => calls.push(call) }, clock);
  await statusOf(simulator);
  await clock.advance(100);
  await statusOf(simulator, "sim-html");
  await statusOf(simulator, "sim-empty");
  await statusOf(simulator);
  await post(simulator, statusCall("{}"));
  expect(calls).toEqual([
    { arn: arnOf("sim-running"), answer: "InProgress", arrivedAt: 0 },
    { arn: arnOf("sim-html"), answer: "502", arrivedAt: 100 },
    { arn: arnOf("sim-empty"), answer: "no status", arrivedAt: 100 },
    { arn: arnOf("sim-running"), answer: "ThrottlingException", arrivedAt: 100 },
    { answer: "ValidationException", arrivedAt: 100 },
  ]);
});
