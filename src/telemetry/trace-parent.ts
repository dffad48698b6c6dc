import { type Context, type Link, ROOT_CONTEXT, type TextMapGetter, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import type { CallOrigin } from "../observer.ts";

const propagator = new W3CTraceContextPropagator();

type Carrier = (name: string) => unknown;

/** Whatever stands there that is no text is as good as absent. */
const getter: TextMapGetter<Carrier> = {
  keys: () => propagator.fields(),
  get(carrier, key) {
    const value = carrier(key);
    return typeof value === "string" ? value : undefined;
  },
};

/**
 * Whose span a call belongs under: that of the request's `_meta`, and where there is none, that of the HTTP headers.
 * Where both name one, the HTTP request's is linked, as OpenTelemetry's conventions for MCP ask.
 */
export function parentOf({ header, meta }: CallOrigin): {
  readonly parent: Context;
  readonly links: Link[];
} {
  const fromMeta = contextIn(meta && ((name) => meta[name]));
  const fromHeaders = contextIn(header);
  if (fromMeta === undefined) return { parent: fromHeaders ?? ROOT_CONTEXT, links: [] };
  const transport = fromHeaders === undefined ? undefined : trace.getSpanContext(fromHeaders);
  return { parent: fromMeta, links: transport === undefined ? [] : [{ context: transport }] };
}

function contextIn(carrier: Carrier | undefined): Context | undefined {
  if (carrier === undefined) return undefined;
  const context = propagator.extract(ROOT_CONTEXT, carrier, getter);
  return context === ROOT_CONTEXT ? undefined : context;
}
