import type { Tracer } from "@opentelemetry/api";
import { ExportResultCode } from "@opentelemetry/core";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { Clock, Log } from "../ports.ts";
import { product } from "../product.ts";
import type { TraceSettings } from "./trace-settings.ts";

/** Milliseconds that spans get to be sent when the process ends, or stands still. */
const lastSpansMs = 1_000;
/** Between two lines that say that spans are lost. */
const quietMs = 60_000;

export interface Tracing {
  readonly tracer: Tracer;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * OpenTelemetry's own SDK, set up by its own variables: sampler, limits, headers, time-outs. Nothing of it is made
 * global, and its diagnostics stay off: they could quote what a collector was sent.
 */
export function createTracing({
  clock,
  log,
  settings,
}: {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: TraceSettings;
}): Tracing {
  const exporter = settings.protocol === "http/json" ? new JsonExporter() : new ProtobufExporter();
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": product.name, "service.version": product.version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(tellingOfLosses(exporter, clock, log))],
  });
  const within = (sending: Promise<void>) =>
    new Promise<void>((resolve) => {
      const callOff = clock.after(lastSpansMs, resolve);
      sending
        .catch(() => log.debug("the last spans could not be sent"))
        .finally(() => {
          callOff();
          resolve();
        });
    });
  return {
    tracer: provider.getTracer(product.name, product.version),
    flush: () => within(provider.forceFlush()),
    close: () => within(provider.shutdown()),
  };
}

/** The same exporter; a collector that does not take spans costs them, and one line a minute in the log. */
function tellingOfLosses(exporter: SpanExporter, clock: Clock, log: Log): SpanExporter {
  let quietUntil = Number.NEGATIVE_INFINITY;
  let lost = 0;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.code !== ExportResultCode.SUCCESS) {
          lost += spans.length;
          if (clock.monotonic() >= quietUntil) {
            quietUntil = clock.monotonic() + quietMs;
            log.warn("spans are lost: the OpenTelemetry collector does not take them", { lost });
          }
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}
