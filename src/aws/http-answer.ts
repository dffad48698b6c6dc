import type { CallErrorFacts } from "./call-error.ts";
import { readRetryAfter } from "./retry.ts";

/** What AWS answered to one request. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** What every answer tells of itself; `now` is this machine's wall time in milliseconds since 1970. */
export function answerFacts({ headers, status }: HttpAnswer, now: number): CallErrorFacts {
  const theirs = Date.parse(headers.get("date") ?? "");
  const requestId = requestIdOf(headers);
  const retryAfterSeconds = readRetryAfter(headers.get("retry-after"), now);
  return {
    httpStatus: status,
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(Number.isNaN(theirs) ? {} : { clockOffsetSeconds: Math.round((now - theirs) / 1000) }),
  };
}

/** AWS's id of the request, for its support. From outside. */
export function requestIdOf(headers: Headers): string | undefined {
  return (headers.get("x-amzn-requestid") ?? headers.get("x-amz-request-id") ?? undefined)?.slice(0, 128);
}
