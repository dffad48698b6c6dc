import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { Connection, ServerParts } from "./sdk-v1.ts";

/** Serves the clients of some protocol revisions. Nothing of it is loaded before the first of them comes. */
export interface Era {
  /** Answers one POST, whose body has been parsed. Never rejects for what a client did. */
  answer(request: Request, message: unknown, connection: Connection): Promise<Response>;
  /** Serves one pipe. Closing it ends its subscriptions, as the protocol wants it, and leaves the pipe open. */
  serve(pipe: Transport, connection: Connection): Promise<{ close(): Promise<void> }>;
}

export interface ModernEraParts extends ServerParts {
  /** Aborts when the server is told to stop: subscriptions over HTTP then end as the protocol wants it. */
  readonly stop?: AbortSignal | undefined;
}

/** The catalogue for protocol revisions 2024-11-05 to 2025-11-25, whose clients open with `initialize`. */
export function legacyEra(parts: ServerParts): Era {
  const overHttp = once(async () => (await import("./sdk-v1-http.ts")).sdkV1OverHttp(parts));
  const servers = once(async () => (await import("./sdk-v1.ts")).sdkV1Servers(parts));
  return {
    answer: async (...request) => (await overHttp())(...request),
    async serve(pipe, connection) {
      const server = (await servers())(connection);
      await server.connect(pipe);
      return server;
    },
  };
}

/** The catalogue for protocol revision 2026-07-28. */
export function modernEra(parts: ModernEraParts): Era {
  const era = once(async () => (await import("./sdk-v2.ts")).sdkV2Era(parts));
  return {
    answer: async (...request) => (await era()).answer(...request),
    serve: async (...pipe) => (await era()).serve(...pipe),
  };
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load();
    return loading;
  };
}
