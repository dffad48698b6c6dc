import { scriptedEndpoint } from "./scripted-endpoint.ts";

/** A span as it came over the wire, its attributes by name. */
export interface ReceivedSpan {
  readonly name: string;
  /** 2 is a server's, 3 a client's. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly resource: Readonly<Record<string, string | number>>;
  readonly events: readonly string[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** 2 is an error. */
  readonly status: number;
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string };
}

interface TracesData {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly name: string;
        readonly kind: number;
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly attributes: readonly Attribute[];
        readonly events: readonly { readonly name: string }[];
        readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
        readonly status: { readonly code: number };
      }[];
    }[];
  }[];
}

/** A collector on loopback that takes OTLP over HTTP as JSON (opentelemetry-proto, `ExportTraceServiceRequest`). */
export function otlpReceiver() {
  const endpoint = scriptedEndpoint(() => Response.json({}));
  return {
    /** What makes a server send its spans here, soon. */
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    },
    requests: endpoint.requests,
    arrived: endpoint.arrived,
    spans: (): readonly ReceivedSpan[] => endpoint.requests.flatMap(({ body }) => spansIn(JSON.parse(body))),
    [Symbol.asyncDispose]: () => endpoint[Symbol.asyncDispose](),
  };
}

function spansIn({ resourceSpans }: TracesData): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap(({ spans }) => spans)
      .map(({ attributes, events, links, status, ...span }) => ({
        ...span,
        attributes: valuesOf(attributes),
        resource: valuesOf(resource.attributes),
        events: events.map(({ name }) => name),
        links: links.map(({ spanId, traceId }) => ({ traceId, spanId })),
        status: status.code,
      })),
  );
}

function valuesOf(attributes: readonly Attribute[]): Record<string, string | number> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
  );
}
