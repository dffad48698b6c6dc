import { describe, expect, test } from "bun:test";
import { fleetArn, fleetSize } from "../../src/simulator/catalogue.ts";
import { createSimulator, type Simulator, type SimulatorSettings } from "../../src/simulator/simulator.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { ask, sdkClient, signedHeaders, startSimulator, statusCall } from "./kit.ts";

const numbers = Array.from({ length: fleetSize }, (_, index) => index + 1);

interface World {
  readonly clock: FakeClock;
  readonly simulator: Simulator;
}

function world(settings: SimulatorSettings = {}): World {
  const clock = new FakeClock();
  return { clock, simulator: createSimulator({ clock, settings }) };
}

/** What the whole fleet answers, by signed requests without a network. */
async function statuses({ clock, simulator }: World): Promise<Record<string, unknown>[]> {
  const answers: Record<string, unknown>[] = [];
  for (const number of numbers) {
    const call = statusCall({ invocationArn: fleetArn(number) });
    const headers = await signedHeaders("host.example", call, {
      service: "bedrock",
      region: "us-east-1",
      signedAt: clock.now(),
      credentials: simulator.credentials,
    });
    const request = new Request("http://host.example/", { method: "POST", headers, body: call.body });
    answers.push((await (await simulator.app.fetch(request)).json()) as Record<string, unknown>);
  }
  return answers;
}

function counts(answers: readonly Record<string, unknown>[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { status } of answers) found[String(status)] = (found[String(status)] ?? 0) + 1;
  return found;
}

describe("a thousand jobs", () => {
  test("end one after the other within two minutes of the start, some of them badly", async () => {
    const here = world();
    expect(counts(await statuses(here))).toEqual({ Created: 1000 });
    await here.clock.advance(60_000);
    const half = counts(await statuses(here));
    expect(1000 - (half.Created ?? 0) - (half.InProgress ?? 0)).toBe(500);
    expect(half.InProgress).toBeGreaterThan(100);
    await here.clock.advance(59_999);
    expect(counts(await statuses(here)).InProgress).toBe(1);
    await here.clock.advance(1);
    const all = await statuses(here);
    expect(counts(all)).toEqual({ Success: 940, ClientError: 40, ServiceError: 20 });
    const ends = new Set(all.map(({ jobCompletionTime }) => String(jobCompletionTime)));
    expect(ends.size).toBe(1000);
    await here.clock.advance(600_000);
    expect(await statuses(here)).toEqual(all);
  });

  test("in the same order each time; the time in which they do so can be set", async () => {
    const [one, other, quick] = [world(), world(), world({ fleetMs: 12_000 })];
    await one.clock.advance(40_000);
    await other.clock.advance(40_000);
    await quick.clock.advance(4_000);
    const expected = await statuses(one);
    expect(await statuses(other)).toEqual(expected);
    expect(counts(await statuses(quick))).toEqual(counts(expected));
  });

  test("a job that was seen at its end is never seen before it", async () => {
    const here = world({ fleetMs: 10_000 });
    const rank: Record<string, number> = { Created: 0, InProgress: 1 };
    let before = numbers.map(() => 0);
    for (let step = 0; step < 6; step += 1) {
      const now = (await statuses(here)).map(({ status }) => rank[String(status)] ?? 2);
      expect(now.every((value, index) => value >= (before[index] ?? 0))).toBe(true);
      before = now;
      await here.clock.advance(2_000);
    }
    expect(new Set(before)).toEqual(new Set([2]));
  });

  test("AWS's own client can ask for them", async () => {
    const clock = new FakeClock(Date.now());
    await using simulator = startSimulator({}, clock);
    await clock.advance(120_000);
    const client = sdkClient(simulator);
    const last = await ask(client, fleetArn(1000));
    expect(last.outputConfiguration?.s3Uri).toContain("/sim-fleet-1000/");
    expect((await ask(client, fleetArn(7))).status).toBe("ClientError");
    expect((await ask(client, fleetArn(13))).errorMessage).toContain("internal");
  });
});
