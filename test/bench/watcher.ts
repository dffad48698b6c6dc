import { commandOf, root } from "../support/runtimes.ts";
import { helperProcess } from "./calls.ts";
import { atLeast, atMost, type Figure } from "./measure.ts";

/** The slowest pace at which a running job is looked at, in seconds. */
const slowestPaceSeconds = 30;

interface Load {
  readonly kilobytesAWait: number;
  readonly cpuShare: number;
  readonly ended: number;
  readonly busiestSecond: number;
  readonly latestNoticeSeconds: number;
  readonly calls: number;
  readonly seconds: number;
}

/** 1,000 waits over 1,000 jobs in one process, against an endpoint whose jobs end one after the other. */
export async function benchWatcher(seconds = 60, callsPerSecond = 250): Promise<Figure[]> {
  await using fleet = await helperProcess("fleet.ts", String(seconds));
  const command = commandOf("bun", `${root}test/bench/watcher-load.ts`, [
    fleet.url,
    "1000",
    String(callsPerSecond),
  ]);
  const child = Bun.spawn(command, { stdout: "pipe", stderr: "inherit" });
  const load = JSON.parse(await new Response(child.stdout).text()) as Load;
  const of = `1,000 waits over 1,000 jobs, ${load.calls} calls in ${load.seconds.toFixed(0)} s`;
  return [
    atMost("memory a wait, KB", load.kilobytesAWait, 60, of),
    atMost("share of one core", load.cpuShare, 0.25, of),
    atLeast("waits that saw their job's end", load.ended, 1, of),
    atMost("busiest second to the budget", load.busiestSecond, 1, `${callsPerSecond} calls a second allowed`),
    atMost(
      "latest notice of an end, paces",
      load.latestNoticeSeconds / slowestPaceSeconds,
      1,
      "paces of 30 s",
    ),
  ];
}
