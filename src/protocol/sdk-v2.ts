import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Era, ModernEraParts } from "./eras.ts";
import type { Connection } from "./sdk-v1.ts";
import { sdkV2OverHttp } from "./sdk-v2-http.ts";
import { ListeningPipe } from "./sdk-v2-pipe.ts";
import { offerPromptsV2 } from "./sdk-v2-prompts.ts";
import { offerResourcesV2 } from "./sdk-v2-resources.ts";
import { SdkV2Server } from "./sdk-v2-server.ts";
import { offerTasksV2 } from "./sdk-v2-tasks.ts";
import { toolOfferV2 } from "./sdk-v2-tools.ts";
import { whyNotHandled } from "./why-not-handled.ts";

/**
 * Offers the catalogue through `@modelcontextprotocol/server`: protocol revision 2026-07-28, in which no client shakes
 * hands first. It asks for a server of its own for each request over HTTP, and for one for each pipe.
 */
export function sdkV2Era(parts: ModernEraParts): Era {
  const { catalogue, log } = parts;
  const offerTools = toolOfferV2(parts);

  const serverFor = (connection: Connection) => {
    const server = new SdkV2Server({ instructions: catalogue.instructions, log });
    offerTools(server, connection);
    offerResourcesV2(server, connection, parts);
    offerPromptsV2(server, connection, parts);
    offerTasksV2(server, connection, parts);
    return server;
  };

  return {
    answer: sdkV2OverHttp(parts, serverFor),

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
