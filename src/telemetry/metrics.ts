import { Counter, Gauge, Registry } from "prom-client";
import type { Observer } from "../observer.ts";
import { offerAwsFigures } from "./aws-figures.ts";
import { BoundedLabels } from "./bounded-labels.ts";
import { offerProcessFigures } from "./process-figures.ts";
import { offerTimed, type TimedFigures } from "./timed-figures.ts";

/** Seconds: from an answer that was remembered to a wait of five minutes. */
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** What the watcher counts by itself; read when somebody asks for the figures. */
export interface WatcherFigures {
  readonly calls: number;
  readonly sharedAnswers: number;
  readonly rememberedAnswers: number;
  readonly openWaits: number;
  readonly watchedJobs: number;
  readonly queuedCalls: number;
}

export interface MetricsParts {
  readonly watcher: { stats(): WatcherFigures };
  /** Milliseconds that never run backwards. */
  readonly monotonic: () => number;
}

export interface Metrics {
  readonly observer: Observer;
  /** The figures of now, in Prometheus's text format. */
  page(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** The figures of this process for Prometheus. Every label has few values, none of which is a caller's to choose. */
export function createMetrics({ monotonic, watcher }: MetricsParts): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const outcomes = new BoundedLabels();
  const timed = (figures: TimedFigures) => offerTimed(registry, outcomes, figures);
  const toolCalled = timed({
    count: {
      name: "bda_mcp_tool_calls_total",
      help: "Tool calls that were answered, by tool and outcome: ok, or the failure's code.",
    },
    duration: {
      name: "bda_mcp_tool_call_duration_seconds",
      help: "Time to the answer of a tool call. That of a wait is mostly the job's own.",
    },
    labelNames: ["tool"],
    buckets: requestBuckets,
  });
  const requested = timed({
    count: {
      name: "bda_mcp_requests_total",
      help: "Other requests about jobs that were answered, by MCP's method and outcome: ok, or the failure's code.",
    },
    duration: {
      name: "bda_mcp_request_duration_seconds",
      help: "Time to the answer of these; of tasks/result mostly the job's own, of subscriptions/listen the client's.",
    },
    labelNames: ["method"],
    buckets: requestBuckets,
  });
  const inFlight = new Gauge({
    name: "bda_mcp_calls_in_flight",
    help: "Requests about jobs that have no answer yet, waits and subscriptions included.",
    registers,
  });
  const awsCall = offerAwsFigures(registry, timed, monotonic);
  const refusals = new Counter({
    name: "bda_mcp_http_refusals_total",
    help: "HTTP requests that were refused, by status.",
    labelNames: ["status"],
    registers,
  });
  offerWatcherFigures(registry, watcher);
  offerProcessFigures(registry);

  return {
    observer: {
      request({ method, tool }) {
        inFlight.inc();
        return {
          awsCall,
          end({ milliseconds, outcome }) {
            inFlight.dec();
            const seconds = milliseconds / 1000;
            if (tool === undefined) requested({ method }, outcome, seconds);
            else toolCalled({ tool }, outcome, seconds);
          },
        };
      },
      awsCall,
      refusal: (status) => refusals.inc({ status: String(status) }),
    },
    page: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

function offerWatcherFigures(registry: Registry, watcher: MetricsParts["watcher"]): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: (stats: WatcherFigures) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read(watcher.stats()));
      },
    });
  gauge("bda_mcp_waits_open", "Waits for a job to end that are under way.", (stats) => stats.openWaits);
  gauge("bda_mcp_jobs_watched", "Jobs that are looked at again and again.", (stats) => stats.watchedJobs);
  gauge("bda_mcp_aws_calls_queued", "Status calls that wait for their turn.", (stats) => stats.queuedCalls);
  new Counter({
    name: "bda_mcp_status_answers_total",
    help: "Statuses that were asked for, by where they came from: a call to AWS, another's call under way, or memory.",
    labelNames: ["source"],
    registers,
    collect() {
      const { calls, rememberedAnswers, sharedAnswers } = watcher.stats();
      // The watcher counts for itself, and a counter can only be added to.
      this.reset();
      this.inc({ source: "aws" }, calls);
      this.inc({ source: "shared" }, sharedAnswers);
      this.inc({ source: "memory" }, rememberedAnswers);
    },
  });
}
