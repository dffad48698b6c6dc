import { onlyCaller } from "../../src/caller.ts";
import { cleanEnv, commandOf, root } from "../support/runtimes.ts";
import { atLeast, atMost, type Figure } from "./measure.ts";
import { simulatedArn, simulatorProcess, watcherOfSimulator } from "./simulated.ts";
import type { Load } from "./watcher-load.ts";

/** 1,000 waits over the simulator's 1,000 jobs in one process. Takes as long as the fleet does to finish. */
export async function benchWatcher(fleetMs = 120_000, callsPerSecond = 250): Promise<Figure[]> {
  await using simulator = await simulatorProcess({ fleetMs });
  const script = `${root}test/bench/watcher-load.ts`;
  const child = Bun.spawn(commandOf("bun", script, [simulator.url, String(callsPerSecond)]), {
    env: cleanEnv(),
    stdout: "pipe",
    stderr: "inherit",
  });
  const load = JSON.parse(await new Response(child.stdout).text()) as Load;
  const of = `1,000 waits over 1,000 jobs, ${load.calls} calls in ${load.seconds.toFixed(0)} s`;
  return [
    atMost("memory a wait, KB", load.kilobytesAWait, 60, of),
    atMost("share of one core", load.cpuShare, 0.25, of),
    atLeast("waits that saw their job's end", load.ended, 1, of),
    atLeast("calls that were answered", load.answered, 1, of),
    atMost("busiest second to the budget", load.busiestSecond, 1, `${callsPerSecond} calls a second allowed`),
    atMost("latest notice of an end, in paces", load.latestNotice, 1, "paces of the job's age, 5 to 30 s"),
  ];
}

/** Calls that 1,000 waits on one job cost, to those of one wait in the same seconds. */
export async function benchSharedJob(seconds = 12): Promise<Figure[]> {
  await using simulator = await simulatorProcess({});
  const arn = simulatedArn("sim-queued");
  const callsOf = async (waits: number): Promise<number> => {
    const parts = { url: simulator.url, maxCallsPerSecond: 1_000, random: () => 0.5 };
    const { calledAt, watcher } = watcherOfSimulator(parts);
    const timeoutMs = seconds * 1_000;
    const results = await Promise.all(
      Array.from({ length: waits }, () => watcher.wait(arn, { caller: onlyCaller, timeoutMs })),
    );
    if (results.some(({ job }) => job.status !== "Created")) throw new Error("an answer was lost");
    return calledAt.length;
  };
  const [one, thousand] = await Promise.all([callsOf(1), callsOf(1_000)]);
  return [
    atMost(
      "calls of 1,000 waits on one job to one wait's",
      thousand / one,
      1,
      `${thousand} calls against ${one} in ${seconds} s`,
    ),
  ];
}
