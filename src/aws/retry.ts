import { isClockOff } from "../clock-skew.ts";
import type { Random } from "../ports.ts";
import type { CallError } from "./call-error.ts";

const maxBackoffMs = 20_000;
/** However long an answer asks to wait: it may have meant milliseconds, and whoever asks again sooner loses nothing. */
const longestRetryAfterSeconds = 3600;

/** What follows a failed attempt. */
export type NextMove =
  | { readonly kind: "give_up" }
  /** Wait and call again. */
  | { readonly kind: "retry"; readonly delayMs: number }
  /** The clock was off: sign anew with AWS's time, at once. */
  | { readonly kind: "correct_clock" }
  /** AWS says that the credentials expired: get new ones, at once. */
  | { readonly kind: "refresh_credentials" };

/** How far a call is, when one of its attempts has failed. */
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
function isRetryable(error: CallError): boolean {
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
  if (!isClockOff(error.facts.clockOffsetSeconds)) return false;
  return error.code === "clock_skew" || error.code === "bad_signature" || error.code === "access_denied";
}

/** Exponential with full jitter; throttling starts slower. */
function backoffMs(attempts: number, error: CallError, random: Random): number {
  const base = error.code === "throttled" ? 500 : 100;
  return random() * Math.min(maxBackoffMs, base * 2 ** (attempts - 1));
}

/** The three forms of a date in HTTP begin with the day and hold a time of day (RFC 9110 §5.6.7). */
const httpDate = /^[A-Z][a-z]{2,8},? .*\d{2}:\d{2}:\d{2}/;

/**
 * `Retry-After` in whole seconds: a number, or a date (RFC 9110 §10.2.3); an hour where it is more. Absent where it is
 * neither, and where it asks for no wait: then the usual pause is made. `now` is in milliseconds since 1970.
 */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? "";
  const seconds = /^\d{1,9}$/.test(text)
    ? Number(text)
    : httpDate.test(text)
      ? Math.ceil((Date.parse(text) - now) / 1000)
      : Number.NaN;
  return seconds > 0 ? Math.min(seconds, longestRetryAfterSeconds) : undefined;
}
