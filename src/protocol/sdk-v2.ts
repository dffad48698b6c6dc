import { createMcpHandler, type McpHttpHandler, type ServerEventBus } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Era, ModernEraParts } from "./eras.ts";
import { keepAliveMs } from "./keep-alive.ts";
import type { ProtocolError } from "./protocol-error.ts";
import { errorCodes } from "./protocol-error.ts";
import type { Connection } from "./sdk-v1.ts";
import { checkListen, listenTo, originIn } from "./sdk-v2-listen.ts";
import { ListeningPipe } from "./sdk-v2-pipe.ts";
import { offerPromptsV2 } from "./sdk-v2-prompts.ts";
import { offerResourcesV2 } from "./sdk-v2-resources.ts";
import { SdkV2Server } from "./sdk-v2-server.ts";
import { eventsWithTasks } from "./sdk-v2-task-uris.ts";
import { offerTasksV2 } from "./sdk-v2-tasks.ts";
import { toolOfferV2 } from "./sdk-v2-tools.ts";
import { isStreamed } from "./stands-open.ts";
import { whyNotHandled } from "./why-not-handled.ts";

/**
 * Offers the catalogue through `@modelcontextprotocol/server`: protocol revision 2026-07-28, in which no client shakes
 * hands first. It asks for a server of its own for each request over HTTP, and for one for each pipe.
 */
export function sdkV2Era(parts: ModernEraParts): Era {
  const { catalogue, log, stop } = parts;
  const offerTools = toolOfferV2(parts);
  const listening = new Set<McpHttpHandler>();

  stop?.addEventListener("abort", () => {
    for (const handler of [...listening]) void handler.close();
  });

  const serverFor = (connection: Connection) => {
    const server = new SdkV2Server({ instructions: catalogue.instructions, log });
    offerTools(server, connection);
    offerResourcesV2(server, connection, parts);
    offerPromptsV2(server, connection, parts);
    offerTasksV2(server, connection, parts);
    return server;
  };

  return {
    async answer(request, message, connection) {
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
    },

    async serve(pipe, connection) {
      const transport = new ListeningPipe(pipe, { ...parts, caller: connection.caller });
      return serveStdio(() => serverFor(connection), {
        legacy: "reject",
        transport,
        onerror: (error) => log.warn("MCP message not handled", { reason: whyNotHandled(error) }),
      });
    },
  };
}

function refusal(id: string | number, { code, data, message }: ProtocolError): Response {
  const error = { code, message, ...(data === undefined ? {} : { data }) };
  const status = code === errorCodes.missingCapability ? 400 : 200;
  return Response.json({ jsonrpc: "2.0", id, error }, { status });
}
