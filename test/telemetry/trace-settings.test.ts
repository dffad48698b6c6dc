import { describe, expect, test } from "bun:test";
import { readTraceSettings, type TraceReading } from "../../src/telemetry/trace-settings.ts";

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };
const read = (env: Readonly<Record<string, string>>) => readTraceSettings((name) => env[name]);
const on: TraceReading = { kind: "on", settings: { protocol: "http/protobuf", heedParents: true } };

describe("OpenTelemetry's variables", () => {
  test.each([
    ["nothing is set", {}],
    ["the endpoint is empty", { OTEL_EXPORTER_OTLP_ENDPOINT: " " }],
    ["only a name is set", { OTEL_SERVICE_NAME: "jobs" }],
    ["the SDK is disabled", { ...endpoint, OTEL_SDK_DISABLED: "True" }],
    ["there is to be no exporter", { ...endpoint, OTEL_TRACES_EXPORTER: "none" }],
  ])("no traces where %s", (_, env) => {
    expect(read(env)).toEqual({ kind: "off" });
  });

  test.each([
    ["the endpoint of all signals", endpoint],
    [
      "the endpoint of traces alone",
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://collector.example/v1/traces" },
    ],
    ["an SDK that is not disabled", { ...endpoint, OTEL_SDK_DISABLED: "false" }],
    ["the exporter named", { ...endpoint, OTEL_TRACES_EXPORTER: "otlp" }],
  ])("traces with %s", (_, env) => {
    expect(read(env)).toEqual(on);
  });

  test("the protocol of traces goes before that of all signals", () => {
    const env = {
      ...endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/json",
    };
    expect(read(env)).toMatchObject({ settings: { protocol: "http/json" } });
  });

  test("without the propagator of W3C's form no caller's trace is joined", () => {
    expect(read({ ...endpoint, OTEL_PROPAGATORS: "none" })).toMatchObject({
      settings: { heedParents: false },
    });
    expect(read({ ...endpoint, OTEL_PROPAGATORS: "baggage, tracecontext" })).toEqual(on);
  });

  test.each([
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"],
    ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "smoke signals"],
    ["OTEL_TRACES_EXPORTER", "zipkin"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "user:password@collector"],
    ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector:4318"],
  ])("%s=%s is told, without its value", (name, value) => {
    const reading = read({ ...endpoint, [name]: value });
    const problem = reading.kind === "wrong" ? reading.problem : "";
    expect(problem).toStartWith(`${name} must be `);
    expect(problem).toEndWith(": no traces are sent.");
    expect(JSON.stringify(reading)).not.toContain(value);
  });
});
