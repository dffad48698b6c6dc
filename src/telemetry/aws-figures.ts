import { Counter, type Registry } from "prom-client";
import type { Observer } from "../observer.ts";
import type { Timed, TimedFigures } from "./timed-figures.ts";

const awsBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Figures of the calls to AWS, and who hears of each. */
export function offerAwsFigures(
  registry: Registry,
  timed: (figures: TimedFigures) => Timed,
  monotonic: () => number,
): Observer["awsCall"] {
  const registers = [registry];
  const labelNames = ["service", "operation"];
  const called = timed({
    count: {
      name: "bda_mcp_aws_calls_total",
      help: "Calls to AWS, each with all its attempts, by operation and outcome: ok, or the failure's code.",
    },
    duration: {
      name: "bda_mcp_aws_call_duration_seconds",
      help: "Time of a call to AWS with all its attempts and the pauses between them.",
    },
    labelNames,
    buckets: awsBuckets,
  });
  const retries = new Counter({
    name: "bda_mcp_aws_retries_total",
    help: "Attempts to call AWS beyond the first of each call.",
    labelNames,
    registers,
  });
  const throttles = new Counter({
    name: "bda_mcp_aws_throttles_total",
    help: "Attempts that AWS throttled.",
    labelNames,
    registers,
  });
  return ({ operation, service }) => {
    const startedAt = monotonic();
    const labels = { service, operation };
    return {
      attemptFailed(code) {
        if (code === "throttled") throttles.inc(labels);
      },
      end({ attempts, outcome }) {
        called(labels, outcome, (monotonic() - startedAt) / 1000);
        if (attempts > 1) retries.inc(labels, attempts - 1);
      },
    };
  };
}
