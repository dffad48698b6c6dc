import type { Random } from "../../ports.ts";
import { checkAgainInSeconds, quickestPaceSeconds, slowestPaceSeconds } from "../pace.ts";
import type { Reading } from "./reading.ts";

/** A running job is never looked at again sooner than this, in milliseconds. */
export const shortestPaceMs = quickestPaceSeconds * 1_000;

/** Nor, while all goes well and the budget allows, later than this. */
const longestPaceMs = slowestPaceSeconds * 1_000;

const longestPaceAfterFailuresMs = 60_000;

/** Adds up to a quarter, so that jobs started together are not polled together; never over `longest`. */
function jitter(milliseconds: number, longest: number, random: Random): number {
  return Math.min(milliseconds, longest * 0.8) * (1 + random() / 4);
}

/**
 * Milliseconds from one check of a running job to the next: what people are told, and jitter. AWS does not say what
 * kind of file a running job has, but its age tells: documents and images take seconds, audio and video minutes.
 */
export function pollDelayMs(ageMs: number, random: Random): number {
  return jitter(checkAgainInSeconds(ageMs / 1_000) * 1_000, longestPaceMs, random);
}

/** Milliseconds until the next check after the `failures`th failure in a row, counted from 1. */
export function failureDelayMs(failures: number, random: Random): number {
  return jitter(shortestPaceMs * 2 ** (failures - 1), longestPaceAfterFailuresMs, random);
}

/** A job's age in milliseconds: by AWS's submission time, and at least as long as it has been watched. */
export function ageMs(reading: Pick<Reading, "job" | "observedAt">, watchedMs: number): number {
  const submitted = Date.parse(reading.job.jobSubmissionTime ?? "");
  return Number.isNaN(submitted) ? watchedMs : Math.max(watchedMs, reading.observedAt - submitted);
}
