import type { Clock, Fetch, Log, Random } from "../ports.ts";
import { CallError, type CallErrorFacts } from "./call-error.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";
import { withDeadline } from "./deadline.ts";
import { networkFailure } from "./network-failure.ts";
import { declaredSize, leaveUnread, readCapped } from "./read-capped.ts";
import { nextMove, readRetryAfter } from "./retry.ts";
import { sign } from "./sign.ts";

/** What every client of an AWS service is made from. */
export interface SignedHttpParts {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly credentials: CredentialSource;
  /** Calls in all, the first included: `AWS_MAX_ATTEMPTS`. */
  readonly maxAttempts: number;
  /** Milliseconds for one attempt, from connecting to the last byte. */
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
  /** The failure that an answer stands for, or nothing where it is a good one. */
  readonly readFailure: (answer: HttpAnswer, facts: CallErrorFacts) => CallError | undefined;
}

/** Waits until a further attempt may be made after this failure; ends early when the signal aborts. */
export type BeforeRetry = (failure: CallError, signal: AbortSignal) => Promise<void>;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Bytes of a refusal that are read, to name the reason; the rest is dropped. */
const maxErrorBytes = 64 * 1024;

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
  async send(call: SignedCall, signal?: AbortSignal, beforeRetry?: BeforeRetry): Promise<HttpAnswer> {
    const { clock, totalTimeoutMs } = this.#parts;
    const facts: CallErrorFacts = { operation: call.operation, host: call.url.host, region: call.region };
    const progress = { attempts: 0, lastFailure: undefined as CallError | undefined };
    try {
      return await withDeadline(clock, totalTimeoutMs, signal, (within) =>
        this.#attempts(call, facts, progress, within, beforeRetry),
      );
    } catch (thrown) {
      const made = { ...facts, attempts: progress.attempts };
      if (signal?.aborted) throw new CallError("cancelled", `${call.operation} was cancelled.`, made);
      if (thrown instanceof CallError && thrown.code === "timeout" && progress.lastFailure !== undefined) {
        // Time ran out in a pause: the last answer says more than the clock does.
        throw progress.lastFailure.with(made);
      }
      throw thrown instanceof CallError ? thrown.with(made) : networkFailure(thrown, made);
    }
  }

  async #attempts(
    call: SignedCall,
    facts: CallErrorFacts,
    progress: { attempts: number; lastFailure: CallError | undefined },
    signal: AbortSignal,
    beforeRetry: BeforeRetry | undefined,
  ): Promise<HttpAnswer> {
    const { clock, credentials, log, maxAttempts, random, totalTimeoutMs } = this.#parts;
    const startedAt = clock.monotonic();
    let clockCorrected = false;
    let credentialsRefreshed = false;
    for (;;) {
      const keys = await credentials.get({ signal });
      progress.attempts += 1;
      const { attempts } = progress;
      const outcome = await this.#attempt(call, facts, keys, signal);
      if (!(outcome instanceof CallError)) return outcome;
      progress.lastFailure = outcome.with({ credentialSource: keys.source });
      if (outcome.code === "expired_token" || outcome.code === "unknown_key") credentials.refused(keys);
      const move = nextMove(outcome, { attempts, maxAttempts, clockCorrected, credentialsRefreshed }, random);
      log.debug("AWS call failed", {
        operation: call.operation,
        code: outcome.code,
        attempt: attempts,
        next: move.kind,
      });
      switch (move.kind) {
        case "give_up":
          throw progress.lastFailure;
        case "correct_clock":
          clockCorrected = true;
          this.#clockOffsetMs = -1000 * (outcome.facts.clockOffsetSeconds ?? 0);
          break;
        case "refresh_credentials":
          credentialsRefreshed = true;
          break;
        case "retry":
          // A pause that outlasts the call would only end in a time-out that hides the reason.
          if (clock.monotonic() - startedAt + move.delayMs >= totalTimeoutMs) throw progress.lastFailure;
          await clock.sleep(move.delayMs, signal);
      }
      await beforeRetry?.(outcome, signal);
    }
  }

  /** One request and its answer, or why there is none. Throws only when `signal` ends it. */
  async #attempt(
    call: SignedCall,
    facts: CallErrorFacts,
    keys: Credentials,
    signal: AbortSignal,
  ): Promise<HttpAnswer | CallError> {
    const { attemptTimeoutMs, clock, fetch } = this.#parts;
    try {
      return await withDeadline(clock, attemptTimeoutMs, signal, async (within) => {
        const signed = await sign({ ...call, signedAt: clock.now() + this.#clockOffsetMs }, keys);
        const response = await fetch(signed.url, { ...signed.init, redirect: "manual", signal: within });
        const seen = { ...facts, ...this.#factsOf(response) };
        const good = response.status >= 200 && response.status < 300;
        const sizeBytes = declaredSize(response.headers);
        const hopeless = good && sizeBytes !== undefined && sizeBytes > call.maxBytes;
        const { bytes, whole } = hopeless
          ? await leaveUnread(response)
          : await readCapped(response, good ? call.maxBytes : maxErrorBytes, within);
        if (good && !whole) {
          return new CallError("too_large", `The answer is over ${call.maxBytes} bytes.`, {
            ...seen,
            limitBytes: call.maxBytes,
            ...(hopeless ? { sizeBytes } : {}),
          });
        }
        const answer = { status: response.status, headers: response.headers, body: bytes };
        return call.readFailure(answer, seen) ?? answer;
      });
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      return thrown instanceof CallError ? thrown.with(facts) : networkFailure(thrown, facts);
    }
  }

  #factsOf(response: Response): CallErrorFacts {
    const now = this.#parts.clock.now();
    const theirs = Date.parse(response.headers.get("date") ?? "");
    const requestId = response.headers.get("x-amzn-requestid") ?? response.headers.get("x-amz-request-id");
    const retryAfterSeconds = readRetryAfter(response.headers.get("retry-after"), now);
    return {
      httpStatus: response.status,
      ...(requestId === null ? {} : { requestId: requestId.slice(0, 128) }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(Number.isNaN(theirs) ? {} : { clockOffsetSeconds: Math.round((now - theirs) / 1000) }),
    };
  }
}
