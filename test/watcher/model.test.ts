import { expect, test } from "bun:test";
import fc from "fast-check";
import type { CallErrorCode } from "../../src/aws/call-error.ts";
import { type Asker, callers, jobIds, World } from "./model-world.ts";

/** One thing that happens. Afterwards everything that was promised has to hold still. */
class Event implements fc.AsyncCommand<object, World> {
  readonly #what: string;
  readonly #happen: (world: World) => void | Promise<void>;

  constructor(what: string, happen: (world: World) => void | Promise<void>) {
    this.#what = what;
    this.#happen = happen;
  }

  check(): boolean {
    return true;
  }

  async run(_model: object, world: World): Promise<void> {
    await this.#happen(world);
    world.check();
  }

  toString(): string {
    return this.#what;
  }
}

const job = fc.constantFrom(...jobIds);
const caller = fc.constantFrom(...callers);
const passing = fc.constantFrom<CallErrorCode>("throttled", "service_fault", "network", "timeout");

const events = [
  fc
    .tuple(
      fc.constantFrom<Asker["kind"]>("read", "wait", "wait", "wait", "subscription"),
      job,
      caller,
      fc.integer({ min: 1, max: 90_000 }),
    )
    .map(
      ([kind, jobId, who, ms]) =>
        new Event(`${kind} ${jobId} by "${who}" for ${ms} ms`, (world) => world.ask(kind, jobId, who, ms)),
    ),
  fc.tuple(fc.integer({ min: 2, max: 20 }), job, caller, fc.integer({ min: 1_000, max: 90_000 })).map(
    ([many, jobId, who, ms]) =>
      new Event(`${many} waits ${jobId} by "${who}" for ${ms} ms`, (world) => {
        for (let wait = 0; wait < many; wait++) world.ask("wait", jobId, who, ms);
      }),
  ),
  fc.nat(10).map((index) => new Event(`cancel ${index}`, (world) => world.cancel(index))),
  fc
    .integer({ min: 0, max: 40_000 })
    .map((ms) => new Event(`${ms} ms pass`, (world) => world.clock.advance(ms))),
  fc
    .integer({ min: 0, max: 1_500 })
    .map((ms) => new Event(`${ms} ms pass`, (world) => world.clock.advance(ms))),
  fc
    .tuple(job, fc.constantFrom("InProgress", "InProgress", "Success", "ServiceError", "ClientError"))
    .map(([jobId, status]) => new Event(`${jobId} becomes ${status}`, (world) => world.move(jobId, status))),
  fc
    .array(passing, { minLength: 1, maxLength: 4 })
    .map((codes) => new Event(`next fail: ${codes}`, (world) => world.fail(codes))),
  fc.constantFrom(1, 50, 900, 7_000).map((ms) => new Event(`AWS takes ${ms} ms`, (world) => world.slow(ms))),
  fc
    .constantFrom("AKIAFIRST", "AKIASECOND")
    .map((key) => new Event(`credentials ${key}`, (world) => world.rotate(key))),
  fc
    .integer({ min: -1e10, max: 1e10 })
    .map((ms) => new Event(`wall clock jumps ${ms}`, (world) => world.clock.jump(ms))),
];

test("whatever happens, nobody waits past the time, misses an end, or costs more calls than planned", async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(events, { maxCommands: 40, size: "max" }), async (commands) => {
      const world = new World();
      await fc.asyncModelRun(() => ({ model: {}, real: world }), commands);
      // In the end AWS is well, and every job ends.
      world.heal();
      for (const jobId of jobIds) world.move(jobId, "Success");
      await world.clock.advance(300_000);
      world.check();
      expect(world.clock.sleeping).toBe(0);
      expect(world.watcher.stats()).toMatchObject({ openWaits: 0, watchedJobs: 0, queuedCalls: 0 });
      for (const asker of world.askers) expect(asker.listeners()).toBe(0);
    }),
    { numRuns: Number(process.env.WATCHER_RUNS ?? 150) },
  );
}, 120_000);
