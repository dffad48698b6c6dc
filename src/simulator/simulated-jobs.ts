import type { Clock } from "../ports.ts";
import { scriptsByArn } from "./catalogue.ts";
import type { JobAnswer } from "./jobs/behaviour.ts";

/** The jobs of one simulator: their scripts, and where in its life each of them stands. */
export class SimulatedJobs {
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  readonly #fleetMs: number;
  /** Wall time and monotonic time of the start. */
  readonly #startedAt: number;
  readonly #begin: number;
  readonly #asked = new Map<string, { readonly firstAt: number; count: number }>();

  constructor(clock: Pick<Clock, "now" | "monotonic">, fleetMs: number) {
    this.#clock = clock;
    this.#fleetMs = fleetMs;
    this.#startedAt = clock.now();
    this.#begin = clock.monotonic();
  }

  /** What the service answers about this job now; nothing where there is no such job. */
  ask(arn: string): JobAnswer | undefined {
    // `sim-running-1`, `sim-running-2`, …: as many running jobs as a load test wants.
    const named = arn.replace(/\/sim-running-[\d_]+$/, "/sim-running");
    const script = scriptsByArn.get(named);
    if (script === undefined) return undefined;
    const now = this.#clock.monotonic();
    const asked = this.#asked.get(named) ?? { firstAt: now, count: 0 };
    this.#asked.set(named, asked);
    asked.count += 1;
    return script.answer({
      jobId: script.jobId,
      startedAt: this.#startedAt,
      runningFor: now - this.#begin,
      watchedFor: now - asked.firstAt,
      ask: asked.count,
      fleetMs: this.#fleetMs,
    });
  }
}
