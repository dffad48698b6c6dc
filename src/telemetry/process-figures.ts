import process from "node:process";
import { Counter, Gauge, type Registry } from "prom-client";
import { product } from "../product.ts";

/**
 * What every process tells Prometheus, under the names that are usual for it. prom-client's own figures read files of
 * `/proc`, for which Deno would ask a person, and keep a timer going.
 */
export function offerProcessFigures(registry: Registry): void {
  const registers = [registry];
  new Counter({
    name: "process_cpu_seconds_total",
    help: "Processor time that was used.",
    registers,
    collect() {
      const { system, user } = process.cpuUsage();
      this.reset();
      this.inc((system + user) / 1e6);
    },
  });
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Memory that is held.",
    registers,
    collect() {
      this.set(process.memoryUsage().rss);
    },
  });
  new Gauge({
    name: "process_start_time_seconds",
    help: "When the process began, in seconds since 1970.",
    registers,
  }).set(Math.round(performance.timeOrigin / 1000));
  new Gauge({
    name: "bda_mcp_build_info",
    help: "Always 1; the label says which version this is.",
    labelNames: ["version"],
    registers,
  }).set({ version: product.version }, 1);
}
