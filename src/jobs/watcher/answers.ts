import type { InvocationArn } from "../../aws/arn.ts";
import type { DataAutomationRuntime } from "../../aws/runtime-client.ts";
import type { Caller } from "../../caller.ts";
import type { CallNotes } from "../../observer.ts";
import type { Clock } from "../../ports.ts";
import { type Asker, Askers } from "./askers.ts";
import type { BudgetEntry, CallBudget, Lane } from "./budget.ts";
import type { Budgets } from "./budgets.ts";
import { callKey } from "./call-key.ts";
import { isCallError, type MakeFailure } from "./failures.ts";
import type { Reading } from "./reading.ts";
import { type KnownAnswer, RememberedAnswers } from "./remembered-answers.ts";

/** Who asks about a job, and how urgent it is. */
export interface Ask {
  readonly caller: Caller;
  readonly lane: Lane;
  /** Of the request that asks: a call to AWS is made on behalf of whoever came first. */
  readonly notes?: CallNotes | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What AWS said of a job, and to whom. */
export interface Answer {
  readonly reading: Reading;
  /** The key of the credentials that it was got with. */
  readonly credentials: string;
}

interface SharedCall {
  readonly answer: Promise<KnownAnswer>;
  readonly ending: AbortController;
  askers: number;
  readonly hurry: () => void;
  /** Nobody joins it any more. */
  readonly close: () => void;
}

/** One call's turn to be made. */
interface Turn {
  readonly budget: CallBudget;
  readonly granted: BudgetEntry["granted"];
  /** The key of the credentials that its askers had when it was queued. */
  readonly askedWith: string;
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
  readonly #remembered: RememberedAnswers;
  readonly #calls = new Map<string, SharedCall>();
  readonly #askers = new Askers();
  #stopped = false;
  readonly counts = { calls: 0, retries: 0, throttles: 0, sharedAnswers: 0, rememberedAnswers: 0 };

  constructor(parts: AnswersParts) {
    this.#parts = parts;
    this.#remembered = new RememberedAnswers(parts.clock, parts.maxRemembered);
  }

  /** @throws CallError; `cancelled` as soon as the signal aborts or everything stops */
  async ask(arn: InvocationArn, ask: Ask): Promise<Answer> {
    const { signal } = ask;
    const cancelled = () => this.#cancelled(signal?.aborted ?? false);
    if (this.#stopped || signal?.aborted) throw cancelled();
    return this.#askers.ask(signal, cancelled, (asker) => this.#answer(arn, ask, asker));
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

  async #answer(arn: InvocationArn, { caller, lane, notes, signal }: Ask, asker: Asker): Promise<Answer> {
    const credentials = await this.#parts.runtime.credentialKey({ caller, region: arn.region, signal });
    if (asker.gone) throw this.#cancelled(true); // and nobody hears it
    const key = callKey(arn, caller, credentials);
    const remembered = this.#remembered.get(key);
    if (remembered !== undefined) {
      this.counts.rememberedAnswers += 1;
      return noted(answerFrom(remembered, true), notes);
    }
    const underWay = this.#calls.get(key);
    const call = underWay ?? this.#start(arn, key, credentials, { caller, lane, notes });
    if (underWay !== undefined && lane === "read") underWay.hurry();
    call.askers += 1;
    asker.onGone = () => leave(call);
    const got = await call.answer;
    if (underWay !== undefined) this.counts.sharedAnswers += 1;
    return noted(answerFrom(got, underWay !== undefined), notes);
  }

  #start(arn: InvocationArn, key: string, credentials: string, { caller, lane, notes }: Ask): SharedCall {
    const ending = new AbortController();
    const budget = this.#parts.budgets.of(caller.id, arn);
    const { granted, hurry } = budget.enter(lane, ending.signal);
    const close = () => {
      if (this.#calls.get(key) === call) this.#calls.delete(key);
    };
    const ask = { caller, lane, notes, signal: ending.signal };
    const answer = this.#make(arn, ask, { budget, granted, askedWith: credentials, close });
    const call: SharedCall = { answer, ending, askers: 0, hurry, close };
    this.#calls.set(key, call);
    // Every asker hears of a failure through its own promise; here nobody is left who could.
    answer.then(close, close);
    return call;
  }

  async #make(
    arn: InvocationArn,
    { caller, notes, signal }: Ask,
    { askedWith, budget, close, granted }: Turn,
  ): Promise<KnownAnswer> {
    const { clock, onAnswer, runtime } = this.#parts;
    let grantedAt = await granted;
    const noteFailure = (thrown: unknown) => {
      if (!isCallError(thrown) || thrown.code !== "throttled") return;
      this.counts.throttles += 1;
      budget.throttled(grantedAt, thrown.facts.retryAfterSeconds);
    };
    // They may have changed while the call was queued. It is signed with those of now.
    const credentials =
      typeof granted === "number"
        ? askedWith
        : await runtime.credentialKey({ caller, region: arn.region, signal });
    if (credentials !== askedWith) close();
    this.counts.calls += 1;
    // Those who share the answer have notes of their own.
    const made: CallNotes = { observer: notes?.observer };
    try {
      const job = await runtime.getDataAutomationStatus(arn, {
        caller,
        notes: made,
        signal,
        beforeRetry: async (failure, retrySignal) => {
          noteFailure(failure);
          grantedAt = await budget.enter("read", retrySignal).granted;
          this.counts.retries += 1;
        },
      });
      const { requestId } = made;
      const remembered = { credentials, job, observedAt: clock.now(), requestId, at: clock.monotonic() };
      this.#remembered.keep(callKey(arn, caller, credentials), remembered);
      onAnswer(arn, caller, answerFrom(remembered, true));
      return remembered;
    } catch (thrown) {
      noteFailure(thrown);
      throw thrown;
    }
  }
}

/** An asker goes before there is an answer; with the last of them the call ends. */
function leave(call: SharedCall): void {
  call.askers -= 1;
  if (call.askers > 0) return;
  call.close();
  call.ending.abort(nobodyLeft);
}

function answerFrom({ credentials, job, observedAt, requestId }: KnownAnswer, shared: boolean): Answer {
  return { reading: { job, observedAt, shared, requestId }, credentials };
}

function noted(answer: Answer, notes: CallNotes | undefined): Answer {
  if (notes !== undefined) notes.requestId = answer.reading.requestId;
  return answer;
}
