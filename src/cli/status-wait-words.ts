import { durationText } from "../jobs/duration-text.ts";
import { cleanText } from "../jobs/quote.ts";
import type { WaitProgress } from "../jobs/watcher/watcher.ts";

/** A job that is waited for, as far as is known by now. */
export interface WaitedJob {
  readonly jobId: string;
  /** What was learned last; absent until something was. */
  progress?: WaitProgress;
  /** Its wait has ended: with the job, or without. */
  over: boolean;
}

/** A job's state: AWS's own word for it, and whether the last look failed. */
export function stateText({ progress }: WaitedJob): string {
  const { lastFailure } = progress ?? {};
  return lastFailure === undefined
    ? statusWord(progress)
    : `${statusWord(progress)}; the last check failed (${lastFailure.code})`;
}

/** All jobs in one line: the state of one, or how many have ended and which states the others are in. */
export function summaryText(jobs: readonly WaitedJob[]): string {
  const [first] = jobs;
  if (first !== undefined && jobs.length === 1) return stateText(first);
  const open = jobs.filter(({ over }) => !over);
  const counts = new Map<string, number>();
  for (const { progress } of open) {
    const word = statusWord(progress);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const states = [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
  const failing = open.filter(({ progress }) => progress?.lastFailure !== undefined).length;
  const failed = failing === 0 ? "" : `; the last check of ${failing} failed`;
  return `${jobs.length - open.length} of ${jobs.length} ended; ${states}${failed}`;
}

/** `12 s`, or `12 s of 1 min` where somebody said how long. */
export function timeText(seconds: number, ofSeconds?: number): string {
  const gone = durationText(Math.floor(seconds));
  return ofSeconds === undefined ? gone : `${gone} of ${durationText(ofSeconds)}`;
}

function statusWord(progress: WaitProgress | undefined): string {
  if (progress?.job === undefined) return "no answer yet";
  const { status } = progress.job;
  return status === undefined ? "no status" : cleanText(status, 60);
}
