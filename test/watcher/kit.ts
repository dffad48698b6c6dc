import { CallError } from "../../src/aws/call-error.ts";
import type { JobStatus } from "../../src/aws/runtime-client.ts";
import { onlyCaller } from "../../src/caller.ts";
import type { JobWatcher, WaitOptions } from "../../src/jobs/watcher/job-watcher.ts";
import { createJobWatcher, type JobWatcherParts } from "../../src/jobs/watcher/watcher.ts";
import { silentLog } from "../../src/ports.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { type Answer, FakeRuntime, type MadeCall } from "./fake-runtime.ts";

export interface Kit {
  readonly clock: FakeClock;
  readonly runtime: FakeRuntime;
  readonly watcher: JobWatcher;
}

/** A watcher over an AWS that answers as told. Chance always picks the least. */
export function kit(
  answer: Answer | ((jobId: string, call: MadeCall) => Answer),
  options: Pick<JobWatcherParts, "maxCallsPerSecond" | "maxCallsPerSecondInAll" | "maxRemembered"> = {},
): Kit {
  const clock = new FakeClock();
  const runtime = new FakeRuntime(clock, (arn, call) =>
    typeof answer === "function" ? answer(arn.jobId, call) : answer,
  );
  const watcher = createJobWatcher({
    runtime,
    clock,
    random: () => 0,
    log: silentLog,
    failure: (code, message, facts) => new CallError(code, message, facts),
    maxCallsPerSecond: 1_000,
    ...options,
  });
  return { clock, runtime, watcher };
}

export const created: JobStatus = { status: "Created" };
export const running: JobStatus = { status: "InProgress" };
export const success: JobStatus = { status: "Success" };

export const patient: WaitOptions = { caller: onlyCaller, timeoutMs: 300_000 };

/** What became of a promise so far, and when, by this clock. */
export class Fate<T> {
  value: T | undefined;
  thrown: unknown;
  at: number | undefined;

  constructor(promise: Promise<T>, clock: FakeClock) {
    promise.then(
      (value) => {
        this.value = value;
        this.at = clock.monotonic();
      },
      (thrown: unknown) => {
        this.thrown = thrown;
        this.at = clock.monotonic();
      },
    );
  }

  get code(): unknown {
    return this.thrown instanceof CallError ? this.thrown.code : undefined;
  }
}

/** A controller that counts who listens to its signal. */
export function countedSignal(): { abort: () => void; signal: AbortSignal; listeners: () => number } {
  const controller = new AbortController();
  const { signal } = controller;
  const listening = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listening.add(given[1]);
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listening.delete(given[1]);
    remove(...given);
  };
  // Every listener here is for one abort only: the platform drops it then.
  const abort = () => {
    controller.abort();
    listening.clear();
  };
  return { abort, signal, listeners: () => listening.size };
}
