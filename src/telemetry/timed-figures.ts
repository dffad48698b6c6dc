import { Counter, Histogram, type Registry } from "prom-client";
import type { BoundedLabels } from "./bounded-labels.ts";

type Labels = Readonly<Record<string, string>>;

/** A count by outcome, and how long what is counted took. */
export interface TimedFigures {
  readonly count: { readonly name: string; readonly help: string };
  readonly duration: { readonly name: string; readonly help: string };
  readonly labelNames: readonly string[];
  /** In seconds. */
  readonly buckets: number[];
}

/** To be called with each that is over. */
export type Timed = (labels: Labels, outcome: string, seconds: number) => void;

/** Makes the two figures, and what feeds both. */
export function offerTimed(
  registry: Registry,
  outcomes: BoundedLabels,
  { buckets, count, duration, labelNames }: TimedFigures,
): Timed {
  const registers = [registry];
  const counter = new Counter({ ...count, labelNames: [...labelNames, "outcome"], registers });
  const histogram = new Histogram({ ...duration, labelNames: [...labelNames], buckets, registers });
  return (labels, outcome, seconds) => {
    counter.inc({ ...labels, outcome: outcomes.of(outcome) });
    histogram.observe(labels, seconds);
  };
}
