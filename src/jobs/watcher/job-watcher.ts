import type { InvocationArn } from "../../aws/arn.ts";
import type { Caller } from "../../caller.ts";
import type { CallNotes } from "../../observer.ts";
import type { WaitResult } from "./open-wait.ts";
import type { WaitProgress } from "./progress-teller.ts";
import type { Reading } from "./reading.ts";

export type { WaitResult } from "./open-wait.ts";
export type { WaitProgress } from "./progress-teller.ts";
export type { Reading } from "./reading.ts";

/** On whose behalf a job is asked about. */
export interface AskOptions {
  /** Who asks: nothing of one caller is shown to another. Empty where there is only one, as on stdio. */
  readonly caller: Caller;
  /** Of the request that asks: gets the id of AWS's answer. */
  readonly notes?: CallNotes | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Who asks, and how long they have. */
export interface ReadOptions extends AskOptions {
  /** More than 0. Absent: for as long as a call to AWS may take, its turn in the budget included. */
  readonly timeoutMs?: number | undefined;
}

/** How long a job is waited for, and who hears of it meanwhile. */
export interface WaitOptions extends AskOptions {
  /** More than 0, at most a day. */
  readonly timeoutMs: number;
  /**
   * Called with the outcome of each check and at least every 5 s, but neither for the check that ends the wait nor
   * within 250 ms before its end.
   */
  readonly onProgress?: ((progress: WaitProgress) => void) | undefined;
}

/** Who hears of a job's changes. */
export interface SubscribeOptions extends AskOptions {
  /** Called once on each change of `status`, with the answer that showed it. */
  readonly onChange: (reading: Reading) => void;
  /**
   * Called once when nothing more can change: the job has ended, after the change that shows it, or AWS says first
   * thing that there is none.
   */
  readonly onOver?: (() => void) | undefined;
}

/** What a watcher has done since it began, and what it is at. */
export interface WatcherStats {
  /** Calls to AWS, without the retries within them. */
  readonly calls: number;
  readonly retries: number;
  readonly throttles: number;
  /** Askers who were served by a call that another had made. */
  readonly sharedAnswers: number;
  /** Askers who were served from memory. */
  readonly rememberedAnswers: number;
  /** Askers who wait for an answer now, the watched jobs' checks among them. */
  readonly openAsks: number;
  readonly openWaits: number;
  readonly watchedJobs: number;
  /** Calls that wait for their turn in a budget. */
  readonly queuedCalls: number;
}

/**
 * Asks AWS about jobs on behalf of everybody: one call for all who ask about a job at once, one poll for all who
 * wait for it, one budget for all calls to an account and region. Nothing is shared between callers, nor between
 * credentials. Everything it rejects with is a `CallError`, except for a fault of this program.
 */
export interface JobWatcher {
  /**
   * A job's status: remembered if the job has ended, at most a second old if not.
   * @throws CallError as `getDataAutomationStatus`; `place_not_served`, as everything here that takes an ARN;
   * `cancelled` as soon as the signal aborts or the server stops; `timeout` as soon as `timeoutMs` have passed
   */
  read(arn: InvocationArn, options: ReadOptions): Promise<Reading>;
  /**
   * Resolves as soon as the job ends, or with the latest status when the time is up. Never later than that.
   * A check that fails in passing (throttled, AWS's fault, the network) does not end it; one that somebody has to
   * mend does.
   * @throws CallError why a check failed, if that ended it or if all failed until the time was up; `timeout` if
   * none got an answer in time; `cancelled` as soon as the signal aborts, or if the server stops and nothing is known
   */
  wait(arn: InvocationArn, options: WaitOptions): Promise<WaitResult>;
  /** Watches until the job ends, the signal aborts or the answer is called: whichever comes first. */
  subscribe(arn: InvocationArn, options: SubscribeOptions): () => void;
  /** The jobs that this caller has asked about in this process, the latest first. */
  seen(caller: Caller): readonly InvocationArn[];
  /** Whether AWS has told this caller in this process that the job has ended. Nothing is asked. */
  knownEnded(arn: InvocationArn, caller: Caller): boolean;
  stats(): WatcherStats;
  /**
   * The server is about to stop: waits, also new ones, end with the latest status, or with their first outcome.
   * Reads go on; subscriptions too, until `stop`.
   */
  drain(): void;
  /** Ends everything at once and for good: waits with the latest status, reads with `cancelled`. */
  stop(): void;
}
