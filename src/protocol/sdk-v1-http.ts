import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { Era } from "./eras.ts";
import { keepAliveMs } from "./keep-alive.ts";
import { orGone } from "./or-gone.ts";
import { type ServerParts, sdkV1Servers } from "./sdk-v1.ts";
import { isStreamed } from "./stands-open.ts";
import { whenOver } from "./when-over.ts";

/** Answers by the SDK's own transport, with a server for each request. */
export function sdkV1OverHttp(parts: ServerParts): Era["answer"] {
  const { log } = parts;
  const serverFor = sdkV1Servers(parts);

  return async (request, message, connection) => {
    const server = serverFor(connection);
    const streamed = isStreamed(message, { modern: false });
    const transport = new WebStandardStreamableHTTPServerTransport({
      enableJsonResponse: !streamed,
      keepAliveMs,
    });
    const close = () => {
      server.close().catch(() => log.debug("a server did not close"));
    };
    await server.connect(transport);
    // A client that hangs up ends its call: nobody is left to read the answer, and no message could cancel it.
    const response = await orGone(
      request.signal,
      transport.handleRequest(request, { parsedBody: message }),
      close,
    );
    // A server that has given its one answer holds nothing, and is not closed: that would pay for an exception.
    return streamed && response.body !== null
      ? new Response(whenOver(response.body, close), response)
      : response;
  };
}
