import type { Caller } from "../caller.ts";
import type { Observer } from "../observer.ts";
import type { Clock, Log } from "../ports.ts";
import type { Catalogue } from "../tools/catalogue.ts";
import { implementation } from "./implementation.ts";
import { offerPrompts } from "./sdk-v1-prompts.ts";
import { offerResources } from "./sdk-v1-resources.ts";
import { SdkV1Server } from "./sdk-v1-server.ts";
import { offerTasks, taskCapability } from "./sdk-v1-tasks.ts";
import { toolOffer } from "./sdk-v1-tools.ts";

/** What all servers share. */
export interface ServerParts {
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every call. Absent where nobody looks. */
  readonly observer?: Observer | undefined;
}

/** One client's connection, or over stateless HTTP one request of it. */
export interface Connection {
  /** Who asks: nothing of one caller is shown to another. Empty where there is only one, as on stdio. */
  readonly caller: Caller;
  /** Whether the server can send messages that answer no request, as it can on stdio. */
  readonly canNotify: boolean;
}

/**
 * Offers the catalogue through `@modelcontextprotocol/sdk`: protocol revisions 2024-11-05 to 2025-11-25. The
 * returned function makes a server for one connection and is cheap; what all of them share is made once, here.
 */
export function sdkV1Servers(parts: ServerParts): (connection: Connection) => SdkV1Server {
  const { catalogue, log } = parts;
  const offerTools = toolOffer(parts);
  return (connection) => {
    const server = new SdkV1Server({
      serverInfo: implementation,
      capabilities: {
        tools: {},
        resources: connection.canNotify ? { subscribe: true } : {},
        prompts: {},
        completions: {},
        tasks: taskCapability,
      },
      instructions: catalogue.instructions,
      onFault: (fault) => log.error("request failed by a fault of this server", { fault }),
    });
    offerTools(server, connection);
    offerResources(server, connection, parts);
    offerPrompts(server, connection, parts);
    offerTasks(server, connection, parts);
    // Over HTTP the sender is told; on stdio there is only the log.
    const tell = connection.canNotify ? log.warn : log.debug;
    server.onerror = (error) => tell("MCP message not handled", { reason: error.name });
    return server;
  };
}
