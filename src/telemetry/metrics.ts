import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { AwsCallObserver, AwsCallStart, Observer } from "../observer.ts";
import { BoundedLabels } from "./bounded-labels.ts";
import { offerProcessFigures } from "./process-figures.ts";

/** Seconds: from an answer that was remembered to a wait of five minutes. */
const toolBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const awsBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

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
  const toolCalls = new Counter({
    name: "bda_mcp_tool_calls_total",
    help: "Tool calls that were answered, by tool and outcome: ok, or the failure's code.",
    labelNames: ["tool", "outcome"],
    registers,
  });
  const toolSeconds = new Histogram({
    name: "bda_mcp_tool_call_duration_seconds",
    help: "Time to the answer of a tool call. That of a wait is mostly the job's own.",
    labelNames: ["tool"],
    buckets: toolBuckets,
    registers,
  });
  const requests = new Counter({
    name: "bda_mcp_requests_total",
    help: "Other requests about jobs that were answered, by MCP's method and outcome: ok, or the failure's code.",
    labelNames: ["method", "outcome"],
    registers,
  });
  const requestSeconds = new Histogram({
    name: "bda_mcp_request_duration_seconds",
    help: "Time to the answer of these; of tasks/result mostly the job's own, of subscriptions/listen the client's.",
    labelNames: ["method"],
    buckets: toolBuckets,
    registers,
  });
  const inFlight = new Gauge({
    name: "bda_mcp_calls_in_flight",
    help: "Requests about jobs that have no answer yet, waits and subscriptions included.",
    registers,
  });
  const awsCalls = new Counter({
    name: "bda_mcp_aws_calls_total",
    help: "Calls to AWS, each with all its attempts, by operation and outcome: ok, or the failure's code.",
    labelNames: ["service", "operation", "outcome"],
    registers,
  });
  const awsSeconds = new Histogram({
    name: "bda_mcp_aws_call_duration_seconds",
    help: "Time of a call to AWS with all its attempts and the pauses between them.",
    labelNames: ["service", "operation"],
    buckets: awsBuckets,
    registers,
  });
  const awsRetries = new Counter({
    name: "bda_mcp_aws_retries_total",
    help: "Attempts to call AWS beyond the first of each call.",
    labelNames: ["service", "operation"],
    registers,
  });
  const awsThrottles = new Counter({
    name: "bda_mcp_aws_throttles_total",
    help: "Attempts that AWS throttled.",
    labelNames: ["service", "operation"],
    registers,
  });
  const refusals = new Counter({
    name: "bda_mcp_http_refusals_total",
    help: "HTTP requests that were refused, by status.",
    labelNames: ["status"],
    registers,
  });
  offerWatcherFigures(registry, watcher);
  offerProcessFigures(registry);

  const awsCall = ({ operation, service }: AwsCallStart): AwsCallObserver => {
    const startedAt = monotonic();
    const labels = { service, operation };
    return {
      attemptFailed(code) {
        if (code === "throttled") awsThrottles.inc(labels);
      },
      end({ attempts, outcome }) {
        awsCalls.inc({ ...labels, outcome: outcomes.of(outcome) });
        awsSeconds.observe(labels, (monotonic() - startedAt) / 1000);
        if (attempts > 1) awsRetries.inc(labels, attempts - 1);
      },
    };
  };

  return {
    observer: {
      request({ method, tool }) {
        inFlight.inc();
        return {
          awsCall,
          end({ milliseconds, outcome }) {
            inFlight.dec();
            const seconds = milliseconds / 1000;
            if (tool === undefined) {
              requests.inc({ method, outcome: outcomes.of(outcome) });
              requestSeconds.observe({ method }, seconds);
            } else {
              toolCalls.inc({ tool, outcome: outcomes.of(outcome) });
              toolSeconds.observe({ tool }, seconds);
            }
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
