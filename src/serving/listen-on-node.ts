import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Bound, Handler, Patience } from "./listen.ts";

/** Listens by `node:http`, which Deno has too. */
export async function listenOnNode(
  handler: Handler,
  hostname: string,
  port: number,
  { headers, idle, request: whole }: Patience,
): Promise<Bound> {
  const server = createAdaptorServer({
    hostname,
    serverOptions: {
      headersTimeout: headers * 1_000,
      requestTimeout: whole * 1_000,
      keepAliveTimeout: idle * 1_000,
      connectionsCheckingInterval: Math.min(5_000, headers * 500),
    },
    fetch(request, { incoming, outgoing }) {
      // What nobody reads would stand here for ever. An answer that is only long in coming has nothing to send yet.
      outgoing.setTimeout(idle * 1_000, () => {
        const { socket } = incoming;
        if (socket.writableLength > 0) socket.destroy();
      });
      // A refusal can leave part of the body unread, behind which the connection's next request would wait for ever:
      // the adapter reads it off, but its own reader, which nobody reads from any more, stops the flow.
      outgoing.once("finish", () => {
        if (!incoming.readableEnded) incoming.removeAllListeners("data").resume();
      });
      return handler(request);
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  const answered = () => {
    closed ??= new Promise((resolve) => server.close(() => resolve()));
    if ("closeIdleConnections" in server) server.closeIdleConnections();
    return closed;
  };
  return {
    port: bound,
    answered,
    close: () => {
      const end = answered();
      if ("closeAllConnections" in server) server.closeAllConnections();
      return end;
    },
  };
}
