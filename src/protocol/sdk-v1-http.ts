import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { Era } from "./eras.ts";
import { keepAliveMs } from "./keep-alive.ts";
import { type ServerParts, sdkV1Servers } from "./sdk-v1.ts";
import { wantsProgress } from "./wants-progress.ts";
import { whenOver } from "./when-over.ts";

/** Answers by the SDK's own transport, with a server for each request. */
export function sdkV1OverHttp(parts: ServerParts): Era["answer"] {
  const { log } = parts;
  const serverFor = sdkV1Servers(parts);

  return async (request, message, connection) => {
    const server = serverFor(connection);
    const streamed = wantsProgress(message);
    const transport = new WebStandardStreamableHTTPServerTransport({
      enableJsonResponse: !streamed,
      keepAliveMs,
    });
    const close = () => {
      server.close().catch(() => log.debug("a server did not close"));
    };
    // A client that hangs up ends its call: nobody is left to read the answer, and no message could cancel it.
    request.signal.addEventListener("abort", close, { once: true });
    await server.connect(transport);
    const response = await transport.handleRequest(request, { parsedBody: message });
    if (streamed && response.body !== null) return new Response(whenOver(response.body, close), response);
    request.signal.removeEventListener("abort", close);
    // A moment later: what the SDK still counts as under way it aborts, and each abort pays for an exception.
    setTimeout(close, 0);
    return response;
  };
}
