import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { AwsCallObserver, AwsCallStart, Observer, RequestObserver, RequestStart } from "../observer.ts";
import type { Clock, Log } from "../ports.ts";
import { parentOf } from "./trace-parent.ts";
import { createTracing } from "./trace-provider.ts";
import type { TraceSettings } from "./trace-settings.ts";

export interface Traces {
  readonly observer: Observer;
  /** Sends what has not been sent; gives up within a second. Never rejects. */
  flush(): Promise<void>;
  /** The same, for the last time. */
  close(): Promise<void>;
}

export interface TracesParts {
  readonly settings: TraceSettings;
  readonly clock: Clock;
  readonly log: Log;
}

/** AWS's names for its services, by their signing names. */
const serviceNames: Readonly<Record<string, string>> = {
  bedrock: "Bedrock Data Automation Runtime",
  s3: "S3",
  sts: "STS",
};

/**
 * One span a request, and one a call to AWS, as OpenTelemetry's conventions for MCP and for AWS's SDKs name them. A
 * resource's URI stays out: with it goes the job's ARN, which is all that one has to know to ask about the job.
 */
export function createTraces(parts: TracesParts): Traces {
  const { close, flush, tracer } = createTracing(parts);
  const { heedParents } = parts.settings;
  return {
    observer: {
      request: (start) => request(tracer, start, heedParents),
      awsCall: (start) => awsCall(tracer, start, ROOT_CONTEXT),
      refusal() {},
    },
    flush,
    close,
  };
}

function request(tracer: Tracer, start: RequestStart, heedParents: boolean): RequestObserver {
  const { method, prompt, requestId, tool, transport } = start;
  const { parent, links } = heedParents ? parentOf(start) : { parent: ROOT_CONTEXT, links: [] };
  const attributes: Attributes = {
    "mcp.method.name": method,
    ...(tool === undefined ? {} : { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": tool }),
    ...(prompt === undefined ? {} : { "gen_ai.prompt.name": prompt }),
    ...(requestId === undefined ? {} : { "jsonrpc.request.id": String(requestId).slice(0, 128) }),
    ...(transport === undefined ? {} : { "network.transport": transport === "http" ? "tcp" : "pipe" }),
  };
  const name = [method, tool ?? prompt].filter((word) => word !== undefined).join(" ");
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes, links }, parent);
  const within = trace.setSpan(parent, span);
  return {
    traceId: span.isRecording() ? span.spanContext().traceId : undefined,
    awsCall: (call) => awsCall(tracer, call, within),
    end({ account, errorCode, outcome, region, task }) {
      if (account !== undefined) span.setAttribute("cloud.account.id", account);
      if (region !== undefined) span.setAttribute("cloud.region", region);
      if (task !== undefined) span.setAttribute("bda_mcp.task.mark", task.mark);
      if (task?.status !== undefined) span.setAttribute("bda_mcp.task.status", task.status);
      if (errorCode !== undefined) span.setAttribute("rpc.response.status_code", String(errorCode));
      if (outcome !== "ok") {
        failed(span, errorCode === undefined ? failureType(method, outcome) : String(errorCode));
        span.setAttribute("bda_mcp.failure.code", outcome);
      }
      span.end();
    },
  };
}

/** The conventions for MCP want one word for all that a tool answers with `isError`. */
function failureType(method: string, outcome: string): string {
  return method === "tools/call" || method === "tasks/result" ? "tool_error" : outcome;
}

function awsCall(tracer: Tracer, start: AwsCallStart, parent: Context): AwsCallObserver {
  const { host, operation, region, service } = start;
  const name = serviceNames[service] ?? service;
  const { hostname, port } = new URL(`https://${host}`);
  const attributes: Attributes = {
    "rpc.system": "aws-api",
    "rpc.service": name,
    "rpc.method": operation,
    "cloud.region": region,
    "server.address": hostname,
    ...(port === "" ? {} : { "server.port": Number(port) }),
  };
  const span = tracer.startSpan(`${name}/${operation}`, { kind: SpanKind.CLIENT, attributes }, parent);
  return {
    attemptFailed: (code) => void span.addEvent("attempt failed", { "error.type": code }),
    end({ attempts, httpStatus, outcome, requestId }) {
      if (httpStatus !== undefined) span.setAttribute("http.response.status_code", httpStatus);
      if (requestId !== undefined) span.setAttribute("aws.request_id", requestId);
      if (attempts > 1) span.setAttribute("http.request.resend_count", attempts - 1);
      if (outcome !== "ok") failed(span, outcome);
      span.end();
    },
  };
}

function failed(span: Span, code: string): void {
  span.setAttribute("error.type", code);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
