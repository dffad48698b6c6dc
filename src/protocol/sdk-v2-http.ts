import { createMcpHandler, type McpHttpHandler, type ServerEventBus } from "@modelcontextprotocol/server";
import type { Era, ModernEraParts } from "./eras.ts";
import { keepAliveMs } from "./keep-alive.ts";
import { errorCodes, type ProtocolError } from "./protocol-error.ts";
import type { Connection } from "./sdk-v1.ts";
import { checkListen, listenTo, originIn } from "./sdk-v2-listen.ts";
import type { SdkV2Server } from "./sdk-v2-server.ts";
import { eventsWithTasks } from "./sdk-v2-task-uris.ts";
import { isStreamed } from "./stands-open.ts";
import { whyNotHandled } from "./why-not-handled.ts";

/** Answers by the SDK's own handler, with a server for each request. A subscription listens on a bus of its own. */
export function sdkV2OverHttp(
  parts: ModernEraParts,
  serverFor: (connection: Connection) => SdkV2Server,
): Era["answer"] {
  const { catalogue, log, stop } = parts;
  const listening = new Set<McpHttpHandler>();

  stop?.addEventListener("abort", () => {
    for (const handler of [...listening]) void handler.close();
  });

  return async (request, message, connection) => {
    const { caller } = connection;
    const listen = await checkListen(catalogue, caller, message);
    if (!listen.ok) return refusal(listen.id, listen.error);
    const bus: ServerEventBus = {
      publish() {},
      subscribe(listener) {
        listening.add(handler);
        const origin = {
          ...originIn(message),
          transport: "http" as const,
          header: (name: string) => request.headers.get(name),
        };
        const end = listenTo(parts, listen.uris, { caller, origin }, (uri, params) =>
          listener({ kind: "resource_updated", uri, ...(params && { params }) }),
        );
        return () => {
          listening.delete(handler);
          end();
        };
      },
    };
    const handler = createMcpHandler(() => serverFor(connection), {
      legacy: "reject",
      responseMode: isStreamed(message, { modern: true }) ? "sse" : "auto",
      keepAliveMs,
      bus,
      onerror: (error) => log.debug("MCP message not handled", { reason: whyNotHandled(error) }),
    });
    const response = await handler.fetch(request, { parsedBody: listen.message });
    return listen.uris.length > 0 ? eventsWithTasks(response) : response;
  };
}

function refusal(id: string | number, { code, data, message }: ProtocolError): Response {
  const error = { code, message, ...(data === undefined ? {} : { data }) };
  const status = code === errorCodes.missingCapability ? 400 : 200;
  return Response.json({ jsonrpc: "2.0", id, error }, { status });
}
