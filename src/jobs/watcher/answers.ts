import type { InvocationArn } from "../../aws/arn.ts";
import type { DataAutomationRuntime, JobStatus } from "../../aws/runtime-client.ts";
import type { Caller } from "../../caller.ts";
import type { Clock } from "../../ports.ts";
import { Askers } from "./askers.ts";
import type { Lane } from "./budget.ts";
import type { Budgets } from "./budgets.ts";
import { isCallError, type MakeFailure } from "./failures.ts";
import { isTerminal, type Reading } from "./reading.ts";
import { RecentMap } from "./recent-map.ts";

/** A running job's answer is given to others for this long. */
const freshMs = 1_000;

/** Characters of AWS's free text in an answer that is remembered; a longer one is asked for again. */
const maxRememberedText = 16_384;

export interface Ask {
  readonly caller: Caller;
  readonly lane: Lane;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly reading: Reading;
  /** The key of the credentials that it was got with. */
  readonly credentials: string;
}

interface Remembered {
  readonly credentials: string;
  readonly job: JobStatus;
  readonly observedAt: number;
  /** Monotonic: how old it is must not depend on the wall clock. */
  readonly at: number;
}

interface SharedCall {
  readonly answer: Promise<Remembered>;
  readonly ending: AbortController;
  askers: number;
  readonly hurry: () => void;
  /** Nobody joins it any more. */
  readonly close: () => void;
}

export interface AnswersParts {
  readonly runtime: DataAutomationRuntime;
  readonly clock: Clock;
  readonly failure: MakeFailure;
  readonly budgets: Budgets;
  readonly maxRemembered: number;
  /** Hears of every answer that AWS gave. */
  readonly onAnswer: (arn: InvocationArn, caller: Caller, answer: Answer) => void;
}

/** Given as the reason, because an abort without one pays for an exception with a stack. */
const nobodyLeft = Symbol("nobody is left who asks");

/**
 * One call to AWS, however many ask about a job at the same time; and what it answered, for as long as that is
 * good. Both only among those who have the same caller and the same credentials.
 */
export class Answers {
  readonly #parts: AnswersParts;
  readonly #finished: RecentMap<string, Remembered>;
  readonly #running: RecentMap<string, Remembered>;
  readonly #calls = new Map<string, SharedCall>();
  readonly #askers = new Askers();
  #stopped = false;
  readonly counts = { calls: 0, retries: 0, throttles: 0, sharedAnswers: 0, rememberedAnswers: 0 };

  constructor(parts: AnswersParts) {
    this.#parts = parts;
    this.#finished = new RecentMap(parts.maxRemembered);
    this.#running = new RecentMap(parts.maxRemembered);
  }

  /** @throws CallError; `cancelled` as soon as the signal aborts or everything stops */
  async ask(arn: InvocationArn, { caller, lane, signal }: Ask): Promise<Answer> {
    const { clock, runtime } = this.#parts;
    const cancelled = () => this.#cancelled(signal?.aborted ?? false);
    if (this.#stopped || signal?.aborted) throw cancelled();
    const credentials = await this.#askers.wait(runtime.credentialKey({ caller, signal }), signal, cancelled);
    if (this.#stopped || signal?.aborted) throw cancelled();
    const key = answerKey(caller, credentials, arn);
    const finished = this.#finished.get(key);
    const running = this.#running.get(key);
    const remembered =
      finished ?? (running && clock.monotonic() - running.at <= freshMs ? running : undefined);
    if (remembered !== undefined) {
      this.counts.rememberedAnswers += 1;
      return answerFrom(remembered, true);
    }
    const underWay = this.#calls.get(key);
    const call = underWay ?? this.#start(arn, caller, key, lane);
    if (underWay !== undefined && lane === "read") underWay.hurry();
    call.askers += 1;
    try {
      const got = await this.#askers.wait(call.answer, signal, cancelled);
      if (underWay !== undefined) this.counts.sharedAnswers += 1;
      return answerFrom(got, underWay !== undefined);
    } finally {
      call.askers -= 1;
      if (call.askers === 0) {
        call.close();
        call.ending.abort(nobodyLeft); // of no effect where it has been answered
      }
    }
  }

  /** How many wait for an answer. */
  get askers(): number {
    return this.#askers.size;
  }

  /** Lets everybody go and ends every call, at once and for good. */
  stop(): void {
    this.#stopped = true;
    this.#askers.letAllGo(this.#cancelled(false));
  }

  #cancelled(byAsker: boolean): Error {
    const message = byAsker
      ? "The status check was cancelled."
      : "The server stops: the status was not checked.";
    return this.#parts.failure("cancelled", message, { operation: "GetDataAutomationStatus" });
  }

  #start(arn: InvocationArn, caller: Caller, key: string, lane: Lane): SharedCall {
    const ending = new AbortController();
    const entry = this.#parts.budgets.of(caller.id, arn).enter(lane, ending.signal);
    const close = () => {
      if (this.#calls.get(key) === call) this.#calls.delete(key);
    };
    const answer = this.#make(arn, caller, entry.granted, ending.signal, (credentials) => {
      if (answerKey(caller, credentials, arn) !== key) close();
    });
    const call: SharedCall = { answer, ending, askers: 0, hurry: entry.hurry, close };
    this.#calls.set(key, call);
    // Every asker hears of a failure through its own promise; here nobody is left who could.
    answer.then(close, close);
    return call;
  }

  async #make(
    arn: InvocationArn,
    caller: Caller,
    granted: Promise<number>,
    signal: AbortSignal,
    onCredentials: (credentials: string) => void,
  ): Promise<Remembered> {
    const { budgets, clock, onAnswer, runtime } = this.#parts;
    const budget = budgets.of(caller.id, arn);
    let grantedAt = await granted;
    const noteFailure = (thrown: unknown) => {
      if (!isCallError(thrown) || thrown.code !== "throttled") return;
      this.counts.throttles += 1;
      budget.throttled(grantedAt, thrown.facts.retryAfterSeconds);
    };
    // They may have changed while the call was queued. It is signed with those of now.
    const credentials = await runtime.credentialKey({ caller, signal });
    onCredentials(credentials);
    this.counts.calls += 1;
    try {
      const job = await runtime.getDataAutomationStatus(arn, {
        caller,
        signal,
        beforeRetry: async (failure, retrySignal) => {
          noteFailure(failure);
          grantedAt = await budget.enter("read", retrySignal).granted;
          this.counts.retries += 1;
        },
      });
      const remembered = { credentials, job, observedAt: clock.now(), at: clock.monotonic() };
      this.#remember(answerKey(caller, credentials, arn), remembered);
      onAnswer(arn, caller, answerFrom(remembered, true));
      return remembered;
    } catch (thrown) {
      noteFailure(thrown);
      throw thrown;
    }
  }

  #remember(key: string, answer: Remembered): void {
    const { errorMessage, errorType, outputConfiguration, status } = answer.job;
    const texts = [errorMessage, errorType, outputConfiguration?.s3Uri, status];
    const length = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
    if (length > maxRememberedText) return;
    const kept = isTerminal(answer.job) ? this.#finished : this.#running;
    kept.set(key, answer);
    if (kept === this.#finished) this.#running.delete(key);
  }
}

function answerFrom({ credentials, job, observedAt }: Remembered, shared: boolean): Answer {
  return { reading: { job, observedAt, shared }, credentials };
}

function answerKey(caller: Caller, credentials: string, arn: InvocationArn): string {
  return JSON.stringify([caller.id, credentials, arn.text]);
}
