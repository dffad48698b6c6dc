/**
 * What the work tells those who look at it from outside, while it goes on: figures and traces. Types alone: where
 * nobody looks, there is no observer, and nothing is run.
 */

/** Hears of everything that the process does. Nothing that it is told is a secret, or longer than a name. */
export interface Observer {
  toolCall(start: ToolCallStart): ToolCallObserver;
  /** A call to AWS that no tool call asked for. */
  awsCall(start: AwsCallStart): AwsCallObserver;
  /** An HTTP request for MCP, or for the figures, was refused with this status. */
  refusal(status: number): void;
}

export interface ToolCallStart extends CallOrigin {
  /** One of the catalogue's. */
  readonly tool: string;
}

/** Where a call came from, as far as the protocol knows. */
export interface CallOrigin {
  readonly transport?: "http" | "stdio";
  /** JSON-RPC's id of the request. From outside. */
  readonly requestId?: string | number | undefined;
  /** The request's `_meta`, which may hold `traceparent`, `tracestate` and `baggage` (MCP, SEP-414). From outside. */
  readonly meta?: Readonly<Record<string, unknown>> | undefined;
  /** A header of the HTTP request, by its name in small letters. From outside. */
  readonly header?: (name: string) => unknown;
}

export interface ToolCallObserver {
  /** 32 hexadecimal digits, where the call is part of a trace that is kept. */
  readonly traceId?: string | undefined;
  awsCall(start: AwsCallStart): AwsCallObserver;
  end(end: ToolCallEnd): void;
}

export interface ToolCallEnd {
  /** `ok`, or the failure's code. */
  readonly outcome: string;
  readonly milliseconds: number;
  /** Twelve digits, where all jobs are of one account. */
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

export interface AwsCallStart {
  /** The API's name for it, for example `GetDataAutomationStatus`. */
  readonly operation: string;
  /** Its signing name, for example `bedrock`. */
  readonly service: string;
  readonly region: string;
  /** Host and port that are called. */
  readonly host: string;
}

export interface AwsCallObserver {
  /** One attempt failed, with this code; another may follow. */
  attemptFailed(code: string): void;
  end(end: AwsCallEnd): void;
}

export interface AwsCallEnd {
  /** `ok`, or the failure's code. */
  readonly outcome: string;
  /** Requests that were sent, the first included: 0 where there were no credentials. */
  readonly attempts: number;
  readonly httpStatus?: number | undefined;
  /** AWS's id of the last answer. From outside. */
  readonly requestId?: string | undefined;
}

/** What is noted of one tool call on its way to AWS and back: handed on beside the caller. */
export interface CallNotes {
  /** AWS's id of the answer that the call got last, be it from memory or by another's call. From outside. */
  requestId?: string | undefined;
  readonly observer?: ToolCallObserver | undefined;
}
