/**
 * What the work tells those who look at it from outside, while it goes on: figures and traces. Types alone: where
 * nobody looks, there is no observer, and nothing is run.
 */

/** Hears of everything that the process does. Nothing that it is told is a secret, or longer than a name. */
export interface Observer {
  /** A request about jobs, from its arrival to its answer; a subscription's, to its end. */
  request(start: RequestStart): RequestObserver;
  /** A call to AWS that no request asked for. */
  awsCall(start: AwsCallStart): AwsCallObserver;
  /** An HTTP request for MCP, or for the figures, was refused with this status. */
  refusal(status: number): void;
}

export interface RequestStart extends CallOrigin {
  /** MCP's name for it, for example `tools/call`. */
  readonly method: string;
  /** The tool that it calls: one of the catalogue's. */
  readonly tool?: string | undefined;
  /** The prompt that it asks for: one of the catalogue's. */
  readonly prompt?: string | undefined;
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

export interface RequestObserver {
  /** 32 hexadecimal digits, where the call is part of a trace that is kept. */
  readonly traceId?: string | undefined;
  awsCall(start: AwsCallStart): AwsCallObserver;
  end(end: RequestEnd): void;
}

export interface RequestEnd {
  /** `ok`, or the failure's code. */
  readonly outcome: string;
  /** JSON-RPC's, where that is how it was answered. */
  readonly errorCode?: number | undefined;
  readonly milliseconds: number;
  /** As the request left it. */
  readonly task?: TaskNotes | undefined;
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

/** A task, for those who look for all that was asked about it. */
export interface TaskNotes {
  /** The end of its id: enough to tell tasks apart, and too little to ask about one. */
  readonly mark: string;
  /** MCP's word for how far it is. */
  readonly status?: string | undefined;
}

/** What is noted of one request on its way to AWS and back: handed on beside the caller. */
export interface CallNotes {
  /** The code of what went wrong. Absent: nothing did. */
  failure?: string | undefined;
  /** Those that the request is about, as far as is known. */
  jobs?: readonly { readonly accountId: string; readonly region: string }[] | undefined;
  task?: TaskNotes | undefined;
  /** AWS's id of the answer that the call got last, be it from memory or by another's call. From outside. */
  requestId?: string | undefined;
  readonly observer?: RequestObserver | undefined;
}
