import type { Random } from "../ports.ts";
import type { CallError } from "./call-error.ts";

/** Above this a clock counts as off: the threshold of AWS's own SDKs. */
export const clockSkewThresholdSeconds = 240;

const maxBackoffMs = 20_000;

export type NextMove =
  | { readonly kind: "give_up" }
  /** Wait and call again. */
  | { readonly kind: "retry"; readonly delayMs: number }
  /** The clock was off: sign anew with AWS's time, at once. */
  | { readonly kind: "correct_clock" }
  /** AWS says that the credentials expired: get new ones, at once. */
  | { readonly kind: "refresh_credentials" };

export interface AttemptState {
  /** Calls made so far, this one included. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly clockCorrected: boolean;
  readonly credentialsRefreshed: boolean;
}

/**
 * What to do after a failed attempt. A corrected clock and refreshed credentials each allow one call more,
 * whatever the attempts: they are a different request.
 */
export function nextMove(error: CallError, state: AttemptState, random: Random): NextMove {
  if (isClockFault(error) && !state.clockCorrected) return { kind: "correct_clock" };
  if (error.code === "expired_token" && !state.credentialsRefreshed) return { kind: "refresh_credentials" };
  if (!isRetryable(error) || state.attempts >= state.maxAttempts) return { kind: "give_up" };
  const { retryAfterSeconds } = error.facts;
  return {
    kind: "retry",
    delayMs:
      retryAfterSeconds === undefined ? backoffMs(state.attempts, error, random) : retryAfterSeconds * 1000,
  };
}

/** Whether the same request may well succeed a little later. Never by HTTP status, where AWS gave a name. */
export function isRetryable(error: CallError): boolean {
  switch (error.code) {
    case "throttled":
    case "service_fault":
    case "network":
    case "name_not_resolved":
    case "timeout":
      return true;
    case "not_json":
      return (error.facts.httpStatus ?? 0) >= 500;
    default:
      return false;
  }
}

/** A signature is refused for the time as often as for the key; the answer's own `Date` tells which. */
function isClockFault(error: CallError): boolean {
  const offset = Math.abs(error.facts.clockOffsetSeconds ?? 0);
  if (offset <= clockSkewThresholdSeconds) return false;
  return error.code === "clock_skew" || error.code === "bad_signature" || error.code === "access_denied";
}

/** Exponential with full jitter; throttling starts slower. */
function backoffMs(attempts: number, error: CallError, random: Random): number {
  const base = error.code === "throttled" ? 500 : 100;
  return random() * Math.min(maxBackoffMs, base * 2 ** (attempts - 1));
}

/**
 * `Retry-After` in seconds: a number, or a date (RFC 9110 §10.2.3). Absent where it is neither.
 * `now` is in milliseconds since 1970.
 */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
