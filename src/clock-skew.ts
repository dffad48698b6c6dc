/** Above this a clock counts as off: the threshold of AWS's own SDKs. */
const thresholdSeconds = 240;

/** Whether a clock that is this many seconds ahead of AWS's, or behind, can make AWS refuse a good signature. */
export function isClockOff(offsetSeconds: number | undefined): boolean {
  return Math.abs(offsetSeconds ?? 0) > thresholdSeconds;
}
