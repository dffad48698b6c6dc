import type { Clock, Fetch } from "../ports.ts";
import { CallError, type CallErrorFacts } from "./call-error.ts";
import type { Credentials } from "./credentials.ts";
import { withDeadline } from "./deadline.ts";
import { answerFacts, type HttpAnswer } from "./http-answer.ts";
import { brokenAnswer, networkFailure } from "./network-failure.ts";
import { declaredSize, leaveUnread, readCapped } from "./read-capped.ts";
import { sign } from "./sign.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** One call of an AWS service's API. */
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

/** What every failure of a call says of it. */
export function factsOf({ operation, region, url }: SignedCall): CallErrorFacts {
  return { operation, host: url.host, region };
}

/** The same of one that got an answer, with what the answer tells of itself; `now` is in milliseconds since 1970. */
export function answeredFactsOf(call: SignedCall, answer: HttpAnswer, now: number): CallErrorFacts {
  return { ...factsOf(call), ...answerFacts(answer, now) };
}

/** What one attempt is made with. */
export interface AttemptParts {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly keys: Credentials;
  /** AWS's clock minus this machine's, in milliseconds. */
  readonly clockOffsetMs: number;
  /** Milliseconds from now on for the attempt to begin to answer, and then for each piece of a large answer. */
  readonly patience: () => number;
  readonly signal: AbortSignal | undefined;
}

/** Bytes of a refusal that are read, to name the reason; the rest is dropped. */
const maxErrorBytes = 64 * 1024;

/** Signs a call and sends it once: its answer, or why there is none. Throws only when `signal` ends it. */
export async function attempt(
  call: SignedCall,
  { clock, clockOffsetMs, fetch, keys, patience, signal }: AttemptParts,
): Promise<HttpAnswer | CallError> {
  /** An answer that has begun, without its body. */
  const begun: { answer?: () => HttpAnswer } = {};
  try {
    return await withDeadline(clock, patience(), signal, async (within, moreTime) => {
      const arrived = () => moreTime(patience());
      const signed = await sign({ ...call, signedAt: clock.now() + clockOffsetMs }, keys);
      const response = await fetch(signed.url, { ...signed.init, redirect: "manual", signal: within });
      const { headers, status } = response;
      const withoutItsSecrets = (body: Uint8Array) =>
        withoutSecrets({ status, headers, body }, keys, signed.signature);
      begun.answer = () => withoutItsSecrets(new Uint8Array());
      const good = status >= 200 && status < 300;
      const sizeBytes = declaredSize(headers);
      const hopeless = good && sizeBytes !== undefined && sizeBytes > call.maxBytes;
      const { bytes, whole } = hopeless
        ? await leaveUnread(response)
        : good
          ? await readCapped(response, call.maxBytes, within, "drop", arrived)
          : await readCapped(response, maxErrorBytes, within, "cut", arrived);
      const answer = withoutItsSecrets(bytes);
      if (good && whole) return answer;
      const facts = answeredFactsOf(call, answer, clock.now());
      if (!good) return call.readFailure(answer, facts);
      return new CallError("too_large", `The answer is over ${call.maxBytes} bytes.`, {
        ...facts,
        limitBytes: call.maxBytes,
        ...(hopeless ? { sizeBytes } : {}),
      });
    });
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    const answer = begun.answer?.();
    const facts = answer === undefined ? factsOf(call) : answeredFactsOf(call, answer, clock.now());
    if (thrown instanceof CallError) return thrown.with(facts);
    return answer === undefined ? networkFailure(thrown, facts) : brokenAnswer(thrown, facts);
  }
}
