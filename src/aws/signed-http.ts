import type { AwsCallObserver, CallNotes, Observer } from "../observer.ts";
import type { Clock, Fetch, Log, Random } from "../ports.ts";
import { attempt, factsOf, type SignedCall } from "./attempt.ts";
import { CallError, type CallErrorFacts } from "./call-error.ts";
import type { CredentialOptions, CredentialSource } from "./credentials.ts";
import { withDeadline } from "./deadline.ts";
import { type HttpAnswer, requestIdOf } from "./http-answer.ts";
import { networkFailure } from "./network-failure.ts";
import { type NextMove, nextMove } from "./retry.ts";

/** What every client of an AWS service is made from. */
export interface SignedHttpParts {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Hears of the calls that no request asked for. Absent where nobody looks. */
  readonly observer?: Observer | undefined;
  readonly credentials: CredentialSource;
  /** Calls in all, the first included: `AWS_MAX_ATTEMPTS`. */
  readonly maxAttempts: number;
  /** Milliseconds for one attempt to begin to answer, and then for each piece of a large answer. */
  readonly attemptTimeoutMs: number;
  /** Milliseconds for the whole call with its pauses, and with waiting for credentials. */
  readonly totalTimeoutMs: number;
}

/** What a call may be given besides what is sent. */
export interface SendOptions extends CredentialOptions {
  /** Called before each further attempt, which is made once it resolves; rejecting ends the call. */
  readonly beforeRetry?: BeforeRetry | undefined;
  /** Of the request that asks: gets the id of AWS's answer. */
  readonly notes?: CallNotes | undefined;
}

/** Waits until a further attempt may be made after this failure; ends early when the signal aborts. */
export type BeforeRetry = (failure: CallError, signal: AbortSignal) => Promise<void>;

/** How far a call is. */
interface Progress {
  /** Requests that were sent. */
  attempts: number;
  readonly observer: AwsCallObserver | undefined;
}

/** Signs, sends, retries. One instance serves the whole process: it remembers how far the clock is off. */
export class SignedHttp {
  readonly #parts: SignedHttpParts;
  /** AWS's clock minus this machine's, in milliseconds, once AWS has refused a request for its date. */
  #clockOffsetMs = 0;

  constructor(parts: SignedHttpParts) {
    this.#parts = parts;
  }

  /**
   * The answer to a call, after as many attempts as are allowed and useful.
   * @throws CallError
   */
  async send(call: SignedCall, options: SendOptions = {}): Promise<HttpAnswer> {
    const { notes } = options;
    const { operation, region, service, url } = call;
    const progress: Progress = {
      attempts: 0,
      observer: (notes?.observer ?? this.#parts.observer)?.awsCall({
        operation,
        region,
        service,
        host: url.host,
      }),
    };
    try {
      const answer = await this.#send(call, options, progress);
      const requestId = requestIdOf(answer.headers);
      if (notes !== undefined) notes.requestId = requestId;
      const { attempts, observer } = progress;
      observer?.end({ outcome: "ok", attempts, httpStatus: answer.status, requestId });
      return answer;
    } catch (thrown) {
      const { attempts, observer } = progress;
      const failure = thrown instanceof CallError ? thrown : undefined;
      const { httpStatus, requestId } = failure?.facts ?? {};
      observer?.end({ outcome: failure?.code ?? "internal", attempts, httpStatus, requestId });
      throw thrown;
    }
  }

  async #send(call: SignedCall, options: SendOptions, progress: Progress): Promise<HttpAnswer> {
    const { beforeRetry, caller, signal } = options;
    const { attemptTimeoutMs, clock, credentials, fetch, log, maxAttempts, random, totalTimeoutMs } =
      this.#parts;
    const { operation } = call;
    const startedAt = clock.monotonic();
    const timeLeft = () => totalTimeoutMs - (clock.monotonic() - startedAt);
    const state = Object.assign(progress, {
      maxAttempts,
      clockCorrected: false,
      credentialsRefreshed: false,
    });
    const facts = (): CallErrorFacts => ({ ...factsOf(call), attempts: state.attempts });
    try {
      for (;;) {
        signal?.throwIfAborted();
        const keys = await credentials.get({ caller, region: call.region, waitMs: timeLeft(), signal });
        state.attempts += 1;
        const outcome = await attempt(call, {
          fetch,
          clock,
          keys,
          clockOffsetMs: this.#clockOffsetMs,
          patience: () => Math.min(attemptTimeoutMs, timeLeft()),
          signal,
        });
        if (!(outcome instanceof CallError)) return outcome;
        progress.observer?.attemptFailed(outcome.code);
        const failure = outcome.with({ ...facts(), credentialSource: keys.source });
        if (outcome.code === "expired_token" || outcome.code === "unknown_key") credentials.refused(keys);
        const wanted = nextMove(outcome, state, random);
        // A pause that outlasts the call would only end in a time-out that hides the reason.
        const tooLate = wanted.kind === "retry" && wanted.delayMs >= timeLeft();
        const move: NextMove = tooLate ? { kind: "give_up" } : wanted;
        log.debug("AWS call failed", {
          operation,
          code: outcome.code,
          attempt: state.attempts,
          next: move.kind,
        });
        switch (move.kind) {
          case "give_up":
            throw failure;
          case "correct_clock":
            state.clockCorrected = true;
            this.#clockOffsetMs = -1000 * (outcome.facts.clockOffsetSeconds ?? 0);
            break;
          case "refresh_credentials":
            state.credentialsRefreshed = true;
            break;
          case "retry":
            await clock.sleep(move.delayMs, signal);
        }
        if (beforeRetry === undefined) continue;
        await withDeadline(clock, timeLeft(), signal, (within) => beforeRetry(outcome, within)).catch(
          (thrown: unknown) => {
            throw thrown instanceof CallError && thrown.code === "timeout" ? failure : thrown;
          },
        );
      }
    } catch (thrown) {
      if (signal?.aborted) throw new CallError("cancelled", `${operation} was cancelled.`, facts());
      throw thrown instanceof CallError ? thrown.with(facts()) : networkFailure(thrown, facts());
    }
  }
}
