/** OpenTelemetry's variables that decide whether there are traces, and how they are sent. Its own packages read the rest. */
export const traceVariables = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_SDK_DISABLED",
  "OTEL_TRACES_EXPORTER",
  "OTEL_EXPORTER_OTLP_PROTOCOL",
  "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
  "OTEL_PROPAGATORS",
] as const;

type VariableName = (typeof traceVariables)[number];
type Variable = (name: VariableName) => string | undefined;

export interface TraceSettings {
  readonly protocol: "http/protobuf" | "http/json";
  /** Whether a caller's `traceparent` is heeded. */
  readonly heedParents: boolean;
}

export type TraceReading =
  | { readonly kind: "off" }
  | { readonly kind: "on"; readonly settings: TraceSettings }
  /** One line: the variable, what is wrong with it, what would be right. */
  | { readonly kind: "wrong"; readonly problem: string };

/** Traces are sent where somebody has said to where. Pure; an empty variable is none, as OpenTelemetry has it. */
export function readTraceSettings(variable: Variable): TraceReading {
  const read: Variable = (name) => variable(name)?.trim() || undefined;
  const place = first(read, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT");
  const endpoint = read(place);
  if (endpoint === undefined || read("OTEL_SDK_DISABLED")?.toLowerCase() === "true") return { kind: "off" };
  const exporters = (read("OTEL_TRACES_EXPORTER") ?? "otlp").split(",").map((name) => name.trim());
  if (exporters.includes("none")) return { kind: "off" };
  if (!exporters.includes("otlp")) return wrong("OTEL_TRACES_EXPORTER", "otlp or none");
  const name = first(read, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL");
  const protocol = read(name) ?? "http/protobuf";
  if (protocol !== "http/protobuf" && protocol !== "http/json")
    return wrong(name, "http/protobuf or http/json");
  if (!/^https?:\/\//i.test(endpoint) || !URL.canParse(endpoint))
    return wrong(place, "a URL like http://127.0.0.1:4318");
  const propagators = (read("OTEL_PROPAGATORS") ?? "tracecontext").split(",").map((one) => one.trim());
  return { kind: "on", settings: { protocol, heedParents: propagators.includes("tracecontext") } };
}

/** The variable for traces alone where it is set, else the one for all signals. */
function first(read: Variable, own: VariableName, common: VariableName): VariableName {
  return read(own) === undefined ? common : own;
}

function wrong(variable: string, right: string): TraceReading {
  return { kind: "wrong", problem: `${variable} must be ${right}: no traces are sent.` };
}
