import type { AwsCallObserver, CallNotes, Observer } from "../observer.ts";
import type { Clock, Fetch, Log, Random } from "../ports.ts";
import { CallError, type CallErrorFacts } from "./call-error.ts";
import type { CredentialOptions, CredentialSource, Credentials } from "./credentials.ts";
import { withDeadline } from "./deadline.ts";
import { answerFacts, type HttpAnswer, requestIdOf } from "./http-answer.ts";
import { networkFailure } from "./network-failure.ts";
import { declaredSize, leaveUnread, readCapped } from "./read-capped.ts";
import { nextMove } from "./retry.ts";
import { sign } from "./sign.ts";
import { withoutSecrets } from "./without-secrets.ts";

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
  /** Milliseconds for the whole call with its pauses. */
  readonly totalTimeoutMs: number;
}

export interface SignedCall {
  /** The API's name for it, for errors and the log. */
  readonly operation: string;
  readonly service: string;
  readonly region: string;
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Answers over this many bytes are refused as `too_large`, without reading on. */
  readonly maxBytes: number;
  /** The failure that an answer with a status other than 2xx stands for. */
  readonly readFailure: (answer: HttpAnswer, facts: CallErrorFacts) => CallError;
}

export interface SendOptions extends CredentialOptions {
  /** Called before each further attempt, which is made once it resolves; rejecting ends the call. */
  readonly beforeRetry?: BeforeRetry | undefined;
  /** Of the request that asks: gets the id of AWS's answer. */
  readonly notes?: CallNotes | undefined;
}

/** Waits until a further attempt may be made after this failure; ends early when the signal aborts. */
export type BeforeRetry = (failure: CallError, signal: AbortSignal) => Promise<void>;

/** Bytes of a refusal that are read, to name the reason; the rest is dropped. */
const maxErrorBytes = 64 * 1024;

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
    const { clock, credentials, log, maxAttempts, random, totalTimeoutMs } = this.#parts;
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
        const keys = await credentials.get({ caller, region: call.region, signal });
        state.attempts += 1;
        const outcome = await this.#attempt(call, keys, timeLeft, signal);
        if (!(outcome instanceof CallError)) return outcome;
        progress.observer?.attemptFailed(outcome.code);
        const failure = outcome.with({ ...facts(), credentialSource: keys.source });
        if (outcome.code === "expired_token" || outcome.code === "unknown_key") credentials.refused(keys);
        const move = nextMove(outcome, state, random);
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
            // A pause that outlasts the call would only end in a time-out that hides the reason.
            if (move.delayMs >= timeLeft()) throw failure;
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

  /** One request and its answer, or why there is none. Throws only when `signal` ends it. */
  async #attempt(
    call: SignedCall,
    keys: Credentials,
    timeLeft: () => number,
    signal: AbortSignal | undefined,
  ): Promise<HttpAnswer | CallError> {
    const { attemptTimeoutMs, clock, fetch } = this.#parts;
    const patience = () => Math.min(attemptTimeoutMs, timeLeft());
    try {
      return await withDeadline(clock, patience(), signal, async (within, moreTime) => {
        const arrived = () => moreTime(patience());
        const signed = await sign({ ...call, signedAt: clock.now() + this.#clockOffsetMs }, keys);
        const response = await fetch(signed.url, { ...signed.init, redirect: "manual", signal: within });
        const { headers, status } = response;
        const good = status >= 200 && status < 300;
        const sizeBytes = declaredSize(headers);
        const hopeless = good && sizeBytes !== undefined && sizeBytes > call.maxBytes;
        const { bytes, whole } = hopeless
          ? await leaveUnread(response)
          : good
            ? await readCapped(response, call.maxBytes, within, "drop", arrived)
            : await readCapped(response, maxErrorBytes, within, "cut", arrived);
        const answer = withoutSecrets({ status, headers, body: bytes }, keys, signed.signature);
        if (good && whole) return answer;
        const facts = { ...factsOf(call), ...answerFacts(answer, clock.now()) };
        if (!good) return call.readFailure(answer, facts);
        return new CallError("too_large", `The answer is over ${call.maxBytes} bytes.`, {
          ...facts,
          limitBytes: call.maxBytes,
          ...(hopeless ? { sizeBytes } : {}),
        });
      });
    } catch (thrown) {
      if (signal?.aborted) throw thrown;
      return thrown instanceof CallError ? thrown : networkFailure(thrown, factsOf(call));
    }
  }
}

function factsOf({ operation, region, url }: SignedCall): CallErrorFacts {
  return { operation, host: url.host, region };
}
