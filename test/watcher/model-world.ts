import { expect } from "bun:test";
import { CallError, type CallErrorCode } from "../../src/aws/call-error.ts";
import type { JobWatcher, Reading, WaitProgress, WaitResult } from "../../src/jobs/watcher/job-watcher.ts";
import { createJobWatcher } from "../../src/jobs/watcher/watcher.ts";
import { silentLog } from "../../src/ports.ts";
import { callerNamed } from "../support/caller.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";
import { arn, FakeRuntime, failure, type MadeCall } from "./fake-runtime.ts";
import { countedSignal } from "./kit.ts";

export const jobIds = ["a", "b", "c", "d"];
export const callers = ["", "alice"];
const maxCallsPerSecond = 4;
const maxCallsPerSecondInAll = 6;
const ends = new Set<string | undefined>(["Success", "ServiceError", "ClientError"]);

/** The slowest that a running job is looked at while nothing fails, and the latency of the look. */
const onePaceMs = 30_000;

interface AskerBase {
  readonly jobId: string;
  readonly caller: string;
  readonly from: number;
  /** Which of the process's credentials were the first and the last while it was asked for: indices. */
  readonly firstCredentials: number;
  lastCredentials?: number;
  readonly cancel: () => void;
  readonly listeners: () => number;
  cancelledAt?: number;
  until?: number;
}
export type Asker = AskerBase &
  (
    | { readonly kind: "read"; result?: Reading; thrown?: unknown }
    | {
        readonly kind: "wait";
        readonly timeoutMs: number;
        readonly progress: (WaitProgress & { readonly at: number })[];
        result?: WaitResult;
        thrown?: unknown;
      }
    | { readonly kind: "subscription"; readonly changes: Reading[] }
  );

/** An AWS with four jobs, people who ask about them, and everything that is written down about both. */
export class World {
  readonly clock = new FakeClock();
  readonly runtime: FakeRuntime;
  readonly watcher: JobWatcher;
  readonly askers: Asker[] = [];
  /** What AWS knew of each job, from when. */
  readonly histories = new Map(jobIds.map((id) => [id, [{ at: 0, status: "Created" }]]));
  /** Which credentials the process had, one after the other. */
  readonly credentials = ["AKIAFIRST"];
  /** What status each call was answered with. */
  readonly answered = new Map<MadeCall, string>();
  /** When something went wrong that may delay a look: a failure, or a slow answer. */
  troubleUntil = 0;
  readonly #failing: CallErrorCode[] = [];

  constructor() {
    this.runtime = new FakeRuntime(this.clock, ({ jobId }, call) => {
      const code = this.#failing.shift();
      if (code !== undefined) {
        this.troubleUntil = this.clock.monotonic() + 60_000;
        return failure(code);
      }
      // Who reads this answer can tell which call it came from.
      this.answered.set(call, this.status(jobId));
      return { status: this.status(jobId), errorType: String(this.runtime.calls.indexOf(call)) };
    });
    this.watcher = createJobWatcher({
      runtime: this.runtime,
      clock: this.clock,
      random: () => 0.99,
      log: silentLog,
      failure: (code, message, facts) => new CallError(code, message, facts),
      maxCallsPerSecond,
      maxCallsPerSecondInAll,
    });
  }

  status(jobId: string): string {
    return this.histories.get(jobId)?.at(-1)?.status ?? "";
  }

  /** When the job ended, where it has. */
  endedAt(jobId: string): number | undefined {
    return this.histories.get(jobId)?.find(({ status }) => ends.has(status))?.at;
  }

  move(jobId: string, status: string): void {
    if (this.endedAt(jobId) === undefined && status !== this.status(jobId))
      this.histories.get(jobId)?.push({ at: this.clock.monotonic(), status });
  }

  fail(codes: readonly CallErrorCode[]): void {
    this.#failing.push(...codes);
  }

  heal(): void {
    this.#failing.length = 0;
    this.runtime.latencyMs = 50;
  }

  slow(latencyMs: number): void {
    this.runtime.latencyMs = latencyMs;
    this.troubleUntil = Math.max(this.troubleUntil, this.clock.monotonic() + 2 * latencyMs + 60_000);
  }

  rotate(key: string): void {
    this.runtime.credentials = key;
    this.credentials.push(key);
  }

  ask(kind: Asker["kind"], jobId: string, caller: string, timeoutMs: number): void {
    const { abort, listeners, signal } = countedSignal();
    const from = this.clock.monotonic();
    const firstCredentials = this.credentials.length - 1;
    const base = { jobId, caller, from, firstCredentials, listeners, cancel: abort };
    const job = arn(jobId, jobId === "d" ? "eu-west-1" : "us-east-1");
    if (kind === "subscription") {
      const changes: Reading[] = [];
      this.watcher.subscribe(job, {
        caller: callerNamed(caller),
        signal,
        onChange: (reading) => changes.push(reading),
      });
      this.askers.push({ ...base, kind, changes });
      return;
    }
    if (kind === "read") {
      const asker: Asker = { ...base, kind };
      this.askers.push(asker);
      this.#follow(asker, this.watcher.read(job, { caller: callerNamed(caller), signal }), (result) => {
        asker.result = result;
      });
      return;
    }
    const progress: (WaitProgress & { at: number })[] = [];
    const onProgress = (report: WaitProgress) => progress.push({ ...report, at: this.clock.monotonic() });
    const asker: Asker = { ...base, kind, timeoutMs, progress };
    this.askers.push(asker);
    this.#follow(
      asker,
      this.watcher.wait(job, { caller: callerNamed(caller), signal, timeoutMs, onProgress }),
      (result) => {
        asker.result = result;
      },
    );
  }

  async cancel(index: number): Promise<void> {
    await settle();
    const asker = this.askers.filter(({ cancelledAt }) => cancelledAt === undefined)[index];
    if (asker === undefined) return;
    const open = asker.until === undefined;
    asker.cancelledAt = this.clock.monotonic();
    asker.cancel();
    await settle();
    if (open && asker.kind !== "subscription") {
      expect(asker.until).toBe(asker.cancelledAt);
      expect(asker.thrown).toMatchObject({ code: "cancelled" });
    }
  }

  #follow<T>(
    asker: Extract<Asker, { kind: "read" | "wait" }>,
    work: Promise<T>,
    keep: (result: T) => void,
  ): void {
    work.then(
      (result) => {
        keep(result);
        asker.lastCredentials = this.credentials.length - 1;
        asker.until = this.clock.monotonic();
      },
      (thrown: unknown) => {
        asker.thrown = thrown;
        asker.until = this.clock.monotonic();
      },
    );
  }

  /** What has to hold at every moment. */
  check(): void {
    this.#checkCalls();
    for (const asker of this.askers) {
      if (asker.kind === "subscription") this.#checkSubscription(asker);
      else this.#checkAnswer(asker);
      if (asker.kind === "wait") this.#checkWait(asker);
    }
  }

  #checkCalls(): void {
    const { calls } = this.runtime;
    for (const region of ["us-east-1", "eu-west-1"]) {
      const starts = calls.filter((call) => call.arn.region === region).map(({ startedAt }) => startedAt);
      for (const from of starts) {
        const within = starts.filter((at) => at >= from && at < from + 1_000).length;
        expect(within).toBeLessThanOrEqual(maxCallsPerSecondInAll);
      }
    }
    for (const jobId of jobIds) this.#checkPlan(jobId);
  }

  /**
   * Each job costs at most: for each read one call, for each wait and subscription one at its start, and while any
   * of them is open one each 5 s, for each caller and for each change of credentials.
   */
  #checkPlan(jobId: string): void {
    const now = this.clock.monotonic();
    const made = this.runtime.calls.filter((call) => call.arn.jobId === jobId).length;
    const watchedMs = callers
      .map((caller) => {
        const watching = this.askers.filter(
          (asker) => asker.kind !== "read" && asker.jobId === jobId && asker.caller === caller,
        );
        return covered(watching.map((asker) => [asker.from, asker.until ?? asker.cancelledAt ?? now]));
      })
      .reduce((sum, milliseconds) => sum + milliseconds, 0);
    const asked = this.askers.filter((asker) => asker.jobId === jobId).length;
    const loops = new Set(this.credentials).size;
    expect(made).toBeLessThanOrEqual(asked + Math.ceil((loops * watchedMs) / 5_000));
  }

  #checkAnswer(asker: Extract<Asker, { kind: "read" | "wait" }>): void {
    if (asker.result === undefined) return;
    const { job } = asker.result;
    const call = this.runtime.calls[Number(job.errorType)];
    expect(call).toBeDefined();
    if (call === undefined) return;
    // What AWS said, of this job, and not more than a second (a wait: a pace) before it was asked for.
    expect(call.arn.jobId).toBe(asker.jobId);
    expect(job.status).toBe(this.answered.get(call) ?? "");
    const troubled = asker.kind === "wait" && asker.from < this.troubleUntil;
    if (!ends.has(job.status) && !troubled) {
      const oldest = asker.kind === "read" ? 1_000 : onePaceMs;
      expect(asker.from - (call.endedAt ?? 0)).toBeLessThanOrEqual(oldest);
    }
    // Got with credentials that the process had while it was asked for.
    expect(this.credentials.slice(asker.firstCredentials, (asker.lastCredentials ?? 0) + 1)).toContain(
      call.credentials,
    );
    // And told to no other caller.
    for (const other of this.askers) {
      if (other.kind === "subscription" || other.caller === asker.caller) continue;
      expect(other.result?.job.errorType).not.toBe(job.errorType ?? "");
    }
  }

  #checkWait(asker: Extract<Asker, { kind: "wait" }>): void {
    const now = this.clock.monotonic();
    const { cancelledAt, from, jobId, progress, result, thrown, timeoutMs, until } = asker;
    // Nobody waits past the time.
    expect(until ?? now).toBeLessThanOrEqual(from + timeoutMs);
    if (until === undefined) expect(now).toBeLessThan(from + timeoutMs);
    if (result !== undefined) {
      expect(result.waited.timedOut).toBe(!ends.has(result.job.status));
      if (result.waited.timedOut) expect(until).toBe(from + timeoutMs);
      expect(result.waited.seconds).toBeCloseTo(((until ?? 0) - from) / 1_000, 0);
      expect(result.waited.failedChecks > 0).toBe(result.lastFailure !== undefined);
    }
    if (thrown !== undefined && cancelledAt === undefined) expect(until).toBe(from + timeoutMs);
    // Nobody misses an end.
    const endedAt = this.endedAt(jobId);
    const seenBy = Math.max(endedAt ?? 0, from, this.troubleUntil) + onePaceMs + 5_000;
    if (endedAt !== undefined && (until ?? now) > seenBy) expect(ends.has(result?.job.status)).toBe(true);
    // A sign of life every 5 s, with growing numbers, and none right before the end.
    const times = [from, ...progress.map(({ at }) => at), until ?? now];
    for (const [index, at] of times.slice(1).entries())
      expect(at - (times[index] ?? 0)).toBeLessThanOrEqual(5_000);
    for (const [index, report] of progress.entries()) {
      expect(report.elapsedSeconds).toBeGreaterThan(progress[index - 1]?.elapsedSeconds ?? -1);
      if (until !== undefined && cancelledAt === undefined)
        expect(until - report.at).toBeGreaterThanOrEqual(100);
    }
    if (until !== undefined) expect(asker.listeners()).toBe(0);
  }

  #checkSubscription({ changes, jobId, cancelledAt, from }: Extract<Asker, { kind: "subscription" }>): void {
    const told = changes.map(({ job }) => job.status);
    const inOrder = (this.histories.get(jobId) ?? []).map(({ status }) => status);
    // Each change once, in AWS's order; one that came and went between two looks may be missing.
    expect(told).toEqual(inOrder.filter((status) => told.includes(status)));
    const now = cancelledAt ?? this.clock.monotonic();
    const endedAt = this.endedAt(jobId);
    if (endedAt === undefined || endedAt < from + 10_000) return;
    if (now > Math.max(endedAt, this.troubleUntil) + 2 * onePaceMs + 5_000)
      expect(told).toContain(inOrder.at(-1));
  }
}

/** How many milliseconds lie in at least one of the spans. */
function covered(spans: [number, number][]): number {
  let sum = 0;
  let reached = 0;
  for (const [from, until] of spans.sort(([a], [b]) => a - b)) {
    sum += Math.max(0, until - Math.max(from, reached));
    reached = Math.max(reached, until);
  }
  return sum;
}
