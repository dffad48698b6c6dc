import type { Transport } from "@modelcontextprotocol/server";
import type { Connection, ServerParts } from "./sdk-v1.ts";

/** Serves clients of protocol revision 2026-07-28. */
export interface ModernEra {
  /** Answers one POST, whose body has been parsed. Never rejects for what a client did. */
  answer(request: Request, message: unknown, connection: Connection): Promise<Response>;
  /** Serves one pipe. Closing it ends its subscriptions, as the protocol wants it, and leaves the pipe open. */
  serve(pipe: Transport, connection: Connection): Promise<{ close(): Promise<void> }>;
}

export interface ModernEraParts extends ServerParts {
  /** Aborts when the server is told to stop: subscriptions over HTTP then end as the protocol wants it. */
  readonly stop?: AbortSignal | undefined;
}

/** The catalogue for that revision. Its SDK is loaded when the first client opens with it, and costs nothing before. */
export function modernEra(parts: ModernEraParts): ModernEra {
  let loading: Promise<ModernEra> | undefined;
  const loaded = () => {
    loading ??= import("./sdk-v2.ts").then(({ sdkV2Era }) => sdkV2Era(parts));
    return loading;
  };
  return {
    answer: async (...request) => (await loaded()).answer(...request),
    serve: async (...pipe) => (await loaded()).serve(...pipe),
  };
}
