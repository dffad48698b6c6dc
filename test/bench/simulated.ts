import { type InvocationArn, readInvocationArn } from "../../src/aws/arn.ts";
import { CallError } from "../../src/aws/call-error.ts";
import { createRuntimeClient } from "../../src/aws/runtime-client.ts";
import { createJobWatcher, type JobWatcher } from "../../src/jobs/watcher/watcher.ts";
import { type Random, silentLog, systemClock } from "../../src/ports.ts";
import { defaultCredentials, type SimulatorSettings } from "../../src/simulator/settings.ts";
import { helperProcess } from "./calls.ts";

/** A simulator in a process of its own. */
export function simulatorProcess(settings: SimulatorSettings) {
  return helperProcess("simulator.ts", JSON.stringify(settings));
}

export function simulatedArn(jobId: string): InvocationArn {
  const reading = readInvocationArn(
    `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${jobId}`,
  );
  if (!reading.ok) throw new Error("not an ARN");
  return reading.arn;
}

/** The product's watcher over its own client, and when each call was handed to `fetch`, in monotonic milliseconds. */
export function watcherOfSimulator(parts: {
  readonly url: string;
  readonly maxCallsPerSecond: number;
  readonly random: Random;
}): { readonly watcher: JobWatcher; readonly calledAt: number[] } {
  const { maxCallsPerSecond, random, url } = parts;
  const calledAt: number[] = [];
  const keys = { ...defaultCredentials, source: "bench", signingKeys: new Map() };
  const watcher = createJobWatcher({
    runtime: createRuntimeClient({
      fetch: (input, init) => {
        calledAt.push(performance.now());
        return fetch(input, init);
      },
      clock: systemClock,
      random,
      log: silentLog,
      credentials: { get: async () => keys, refused() {} },
      maxAttempts: 3,
      attemptTimeoutMs: 10_000,
      totalTimeoutMs: 30_000,
      endpoint: { useFips: false, useDualStack: false, endpointUrl: url },
    }),
    clock: systemClock,
    random,
    log: silentLog,
    failure: (code, message, facts) => new CallError(code, message, facts),
    maxCallsPerSecond,
  });
  return { watcher, calledAt };
}
