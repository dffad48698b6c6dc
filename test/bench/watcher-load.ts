// A process of its own that waits for the simulator's whole fleet at once and prints what that cost, as JSON.

import { onlyCaller } from "../../src/caller.ts";
import { pollDelayMs } from "../../src/jobs/watcher/pace.ts";
import type { WaitResult } from "../../src/jobs/watcher/watcher.ts";
import { fleetJobId, fleetSize } from "../../src/simulator/jobs/fleet.ts";
import type { SimulatedCall } from "../../src/simulator/settings.ts";
import { callerNamed } from "../support/caller.ts";
import { simulatedArn, watcherOfSimulator } from "./simulated.ts";

/** What the waits came to. Times in seconds. */
export interface Load {
  readonly kilobytesAWait: number;
  /** Of one core. */
  readonly cpuShare: number;
  /** Share of the waits that saw the end of their job. */
  readonly ended: number;
  /** Most calls in any second, to the budget. */
  readonly busiestSecond: number;
  /** Longest time from a job's end to its notice, in paces at which the job was then looked at. */
  readonly latestNotice: number;
  readonly calls: number;
  /** Share of the calls that the simulator answered with a job's status. */
  readonly answered: number;
  readonly seconds: number;
}

if (import.meta.main) {
  const [url = "", callsPerSecond = ""] = process.argv.slice(2);
  console.log(JSON.stringify(await load(url, Number(callsPerSecond))));
  process.exit(0);
}

async function load(url: string, maxCallsPerSecond: number): Promise<Load> {
  const { calledAt, watcher } = watcherOfSimulator({ url, maxCallsPerSecond, random: Math.random });
  const arns = Array.from({ length: fleetSize }, (_, index) => simulatedArn(fleetJobId(index + 1)));
  // The client's own memory and code are not the waits'; its calls are not theirs either.
  for (const arn of arns.slice(0, 50)) await watcher.read(arn, { caller: callerNamed("warm") });
  await Bun.sleep(1_200);
  const warm = (await answeredBy(url)).length;
  calledAt.length = 0;
  const before = residentBytes();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  let reports = 0;
  const waits = arns.map((arn) =>
    watcher.wait(arn, { caller: onlyCaller, timeoutMs: 300_000, onProgress: () => (reports += 1) }),
  );
  await Bun.sleep(8_000);
  const during = residentBytes();
  const results = await Promise.all(waits);
  const cpu = process.cpuUsage(cpuBefore);
  const wallMs = performance.now() - startedAt;
  if (reports === 0) throw new Error("nobody was told of any progress");
  const statuses = (await answeredBy(url)).slice(warm);
  const good = statuses.filter(({ answer }) => !answer.endsWith("Exception")).length;
  return {
    kilobytesAWait: (during - before) / 1_024 / fleetSize,
    cpuShare: (cpu.user + cpu.system) / 1_000 / wallMs,
    ended: results.filter(({ waited }) => !waited.timedOut).length / fleetSize,
    busiestSecond: mostInASecond(calledAt) / maxCallsPerSecond,
    latestNotice: Math.max(...results.map(noticeInPaces)),
    calls: calledAt.length,
    answered: good / calledAt.length,
    seconds: wallMs / 1_000,
  };
}

async function answeredBy(url: string): Promise<SimulatedCall[]> {
  return (await (await fetch(`${url}/calls`)).json()) as SimulatedCall[];
}

function residentBytes(): number {
  Bun.gc(true);
  return process.memoryUsage().rss;
}

function mostInASecond(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));
}

/** The slowest pace at the age that the job had when it ended: jitter at its most. */
function noticeInPaces({ job, observedAt }: WaitResult): number {
  const endedAt = Date.parse(job.jobCompletionTime ?? "");
  const ageMs = endedAt - Date.parse(job.jobSubmissionTime ?? "");
  return (observedAt - endedAt) / pollDelayMs(ageMs, () => 1);
}
