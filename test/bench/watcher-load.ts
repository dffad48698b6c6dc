// A process of its own that waits for a thousand jobs at once and prints what that cost, as one line of JSON.
import { readInvocationArn } from "../../src/aws/arn.ts";
import { CallError } from "../../src/aws/call-error.ts";
import { createRuntimeClient } from "../../src/aws/runtime-client.ts";
import { createJobWatcher, type WaitResult } from "../../src/jobs/watcher/watcher.ts";
import { silentLog, systemClock } from "../../src/ports.ts";

const [endpointUrl = "", jobsText = "1000", callsPerSecondText = "250"] = process.argv.slice(2);
const maxCallsPerSecond = Number(callsPerSecondText);
const calledAt: number[] = [];
const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "s", source: "bench", signingKeys: new Map() };

const watcher = createJobWatcher({
  runtime: createRuntimeClient({
    fetch: (input, init) => {
      calledAt.push(performance.now());
      return fetch(input, init);
    },
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    credentials: { get: async () => keys, refused() {} },
    maxAttempts: 3,
    attemptTimeoutMs: 10_000,
    totalTimeoutMs: 30_000,
    endpoint: { useFips: false, useDualStack: false, endpointUrl },
  }),
  clock: systemClock,
  random: Math.random,
  log: silentLog,
  failure: (code, message, facts) => new CallError(code, message, facts),
  maxCallsPerSecond,
});

function arnOf(job: number) {
  const id = `bench-fleet-${String(job).padStart(4, "0")}`;
  const reading = readInvocationArn(
    `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${id}`,
  );
  if (!reading.ok) throw new Error("not an ARN");
  return reading.arn;
}

function residentBytes(): number {
  Bun.gc(true);
  return process.memoryUsage().rss;
}

// The client's own memory and code are not the waits'.
for (let job = 0; job < 50; job += 1) await watcher.read(arnOf(job + 1), { caller: "warm" });
const jobs = Number(jobsText);
const before = residentBytes();
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
calledAt.length = 0;
let reports = 0;
const waits = Array.from({ length: jobs }, (_, index) =>
  watcher.wait(arnOf(index + 1), { caller: "", timeoutMs: 300_000, onProgress: () => (reports += 1) }),
);
await Bun.sleep(8_000);
const during = residentBytes();
const results = await Promise.all(waits);
const wallMs = performance.now() - startedAt;
const cpu = process.cpuUsage(cpuBefore);

const lagMs = ({ job, observedAt }: WaitResult) => observedAt - Date.parse(job.jobCompletionTime ?? "");
const busiestSecond = Math.max(
  ...calledAt.map((from) => calledAt.filter((at) => at >= from && at < from + 1_000).length),
);
console.log(
  JSON.stringify({
    kilobytesAWait: (during - before) / 1_024 / jobs,
    cpuShare: (cpu.user + cpu.system) / 1_000 / wallMs,
    ended: results.filter(({ waited }) => !waited.timedOut).length / jobs,
    busiestSecond: busiestSecond / maxCallsPerSecond,
    latestNoticeSeconds: Math.max(...results.map(lagMs)) / 1_000,
    calls: calledAt.length,
    reports,
    seconds: wallMs / 1_000,
  }),
);
process.exit(0);
