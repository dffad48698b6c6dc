import { after } from "../jobs/watcher/timer.ts";
import type { Clock } from "../ports.ts";
import type { Output } from "./command.ts";
import { LiveLine } from "./live-line.ts";
import { stateText, summaryText, timeText, type WaitedJob } from "./status-wait-words.ts";
import type { Look } from "./terminal-look.ts";

/** How far a wait is, for whoever looks on. */
export interface WaitDisplay {
  /** Something was learned of a job. */
  learned(job: WaitedJob): void;
  /** Lets something else be written, at once, without a mix-up of the two. */
  aside(write: () => void): void;
  /** Nothing is shown any more. */
  end(): void;
}

export interface WaitDisplayParts {
  readonly stream: Output;
  readonly look: Look;
  readonly clock: Clock;
  /** All that are waited for, in the order asked; they change as the wait goes on. */
  readonly jobs: readonly WaitedJob[];
  /** Where somebody said how long to wait at most. */
  readonly ofSeconds?: number;
}

export const noDisplay: WaitDisplay = { learned() {}, aside: (write) => write(), end() {} };

/** A line that is redrawn on a terminal, else lines that stay. */
export function waitDisplay(parts: WaitDisplayParts): WaitDisplay {
  return parts.look.terminal ? liveDisplay(parts) : plainDisplay(parts);
}

const redrawMs = 1_000;

function liveDisplay({ clock, jobs, look, ofSeconds, stream }: WaitDisplayParts): WaitDisplay {
  const line = new LiveLine(stream, look);
  const startedAt = clock.monotonic();
  const open = () => jobs.some(({ over }) => !over);
  const draw = () => {
    if (!open()) return;
    const seconds = (clock.monotonic() - startedAt) / 1000;
    line.show(`… ${timeText(seconds, ofSeconds)} · ${summaryText(jobs)}`, "waiting");
  };
  let cancelTick = () => {};
  const tickLater = () => {
    cancelTick = after(clock, redrawMs, () => {
      draw();
      tickLater();
    });
  };
  tickLater();
  return {
    learned: draw,
    aside(write) {
      const { shown } = line;
      line.clear();
      write();
      if (shown) draw();
    },
    end() {
      cancelTick();
      line.clear();
    },
  };
}

/** Silence after which a line says that the wait goes on: some runners of jobs end what is silent. */
const longestSilenceMs = 60_000;

/** A line for each change of a job, and one a minute where nothing changes. */
function plainDisplay({ clock, jobs, ofSeconds, stream }: WaitDisplayParts): WaitDisplay {
  const startedAt = clock.monotonic();
  const said = new Map<WaitedJob, string>();
  let saidAt = startedAt;
  const say = (text: string) => {
    saidAt = clock.monotonic();
    stream.write(`[${timeText((saidAt - startedAt) / 1000, ofSeconds)}] ${text}\n`);
  };
  return {
    ...noDisplay,
    learned(job) {
      const state = stateText(job);
      if (said.get(job) !== state) {
        said.set(job, state);
        say(`${job.jobId}: ${state}`);
      } else if (clock.monotonic() - saidAt >= longestSilenceMs) {
        say(jobs.length === 1 ? `${job.jobId}: ${state}` : summaryText(jobs));
      }
    },
  };
}
