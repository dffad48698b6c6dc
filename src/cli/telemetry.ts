import type { JobWatcher } from "../jobs/watcher/watcher.ts";
import type { Observer } from "../observer.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { observedBy } from "../telemetry/observers.ts";
import { readTraceSettings } from "../telemetry/trace-settings.ts";
import type { Traces } from "../telemetry/traces.ts";
import type { CommandContext } from "./command.ts";
import type { Surroundings } from "./compose.ts";
import { variableIn } from "./environment.ts";

export interface Telemetry {
  /** Absent where nobody wants to look. */
  readonly observer: Observer | undefined;
  /** The figures, where they were asked for. */
  readonly metricsPage: Metrics["page"] | undefined;
  /** Sends what has not been sent yet, within a bound. */
  close(): Promise<void>;
}

/** What `--metrics` and OpenTelemetry's variables ask for. What nobody asks for is not loaded. */
export async function telemetryFor(
  context: CommandContext,
  watcher: Pick<JobWatcher, "stats">,
): Promise<Telemetry> {
  const { clock, config } = context;
  const [metrics, tracing] = await Promise.all([
    config.metrics === undefined ? undefined : import("../telemetry/metrics.ts"),
    tracesFor(context),
  ]);
  const figures = metrics?.createMetrics({ watcher, monotonic: () => clock.monotonic() });
  return {
    observer: observedBy([figures?.observer, tracing?.observer].filter((one) => one !== undefined)),
    metricsPage: figures?.page,
    close: async () => tracing?.close(),
  };
}

/** Traces, where OpenTelemetry's variables ask for them. */
export async function tracesFor({
  clock,
  env,
  log,
}: Pick<Surroundings, "clock" | "env" | "log">): Promise<Traces | undefined> {
  const reading = readTraceSettings((name) => variableIn(env, name));
  if (reading.kind === "wrong") log.warn(reading.problem);
  if (reading.kind !== "on") return undefined;
  const { createTraces } = await import("../telemetry/traces.ts");
  return createTraces({ clock, log, settings: reading.settings });
}
