/** Never look at one job more often than this, in seconds. */
export const quickestPaceSeconds = 5;
/** Nor less often, while somebody waits for it. */
export const slowestPaceSeconds = 30;

/**
 * Whole seconds until it is worth looking at an unfinished job again: a tenth of its age, so that nobody learns of the
 * end much later than the job took, within what AWS's samples use (5 to 30 s). No jitter: whoever polls adds it.
 * `ageSeconds` is the time since submission, absent where it is not known.
 */
export function checkAgainInSeconds(ageSeconds?: number): number {
  if (ageSeconds === undefined) return 2 * quickestPaceSeconds;
  return Math.min(slowestPaceSeconds, Math.max(quickestPaceSeconds, Math.ceil(ageSeconds / 10)));
}
