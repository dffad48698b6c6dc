import {
  InitializeRequestSchema,
  LATEST_PROTOCOL_VERSION,
  PingRequestSchema,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";
import type { Observer } from "../observer.ts";
import type { Clock, Log } from "../ports.ts";
import type { Catalogue } from "../tools/catalogue.ts";
import { implementation } from "./implementation.ts";
import { promptAnswers } from "./sdk-v1-prompts.ts";
import { offerSubscriptions, resourceAnswers } from "./sdk-v1-resources.ts";
import { type Answers, answerTo, type Connection, SdkV1Server } from "./sdk-v1-server.ts";
import { taskAnswers, taskCapability } from "./sdk-v1-tasks.ts";
import { toolAnswers } from "./sdk-v1-tools.ts";
import { whyNotHandled } from "./why-not-handled.ts";

export type { Connection } from "./sdk-v1-server.ts";

/** What all servers share. */
export interface ServerParts {
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every call. Absent where nobody looks. */
  readonly observer?: Observer | undefined;
}

/**
 * Offers the catalogue through `@modelcontextprotocol/sdk`: protocol revisions 2024-11-05 to 2025-11-25. The
 * returned function makes a server for one connection and is cheap; what all of them share is made once, here.
 */
export function sdkV1Servers(parts: ServerParts): (connection: Connection) => SdkV1Server {
  const { catalogue, log } = parts;
  const answers: Answers = new Map([
    introduction(catalogue),
    answerTo(PingRequestSchema, () => ({})),
    ...toolAnswers(parts),
    ...resourceAnswers(parts),
    ...promptAnswers(parts),
    ...taskAnswers(parts),
  ]);
  const onFault = (fault: string) => log.error("request failed by a fault of this server", { fault });
  return (connection) => {
    const subscriptions = connection.canNotify
      ? offerSubscriptions(parts, connection, (uri) => server.sendResourceUpdated(uri))
      : undefined;
    const server: SdkV1Server = new SdkV1Server({
      answers: subscriptions === undefined ? answers : new Map([...answers, ...subscriptions.answers]),
      connection,
      onFault,
    });
    if (subscriptions !== undefined) server.onclose = subscriptions.end;
    // Over HTTP the sender is told; on stdio there is only the log.
    const tell = connection.canNotify ? log.warn : log.debug;
    server.onerror = (error) => tell("MCP message not handled", { reason: whyNotHandled(error) });
    return server;
  };
}

function introduction({ instructions }: Catalogue) {
  return answerTo(InitializeRequestSchema, ({ params: { protocolVersion: asked } }, _extra, connection) => {
    const protocolVersion = SUPPORTED_PROTOCOL_VERSIONS.includes(asked) ? asked : LATEST_PROTOCOL_VERSION;
    connection.revision = protocolVersion;
    return {
      protocolVersion,
      capabilities: {
        tools: {},
        resources: connection.canNotify ? { subscribe: true } : {},
        prompts: {},
        completions: {},
        tasks: taskCapability,
      },
      serverInfo: implementation,
      instructions,
    };
  });
}
