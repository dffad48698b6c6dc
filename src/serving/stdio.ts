import type { Readable, Writable } from "node:stream";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { RequestId } from "@modelcontextprotocol/sdk/types.js";
import type { Clock, Log } from "../ports.ts";

export interface StdioParts {
  readonly server: Server;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the process is told to stop. */
  readonly stop: AbortSignal;
}

/** Milliseconds that calls in flight get after the end of input: `echo … | server` deserves its answer. */
const graceMs = 700;

/** Serves one client over stdin and stdout; resolves when the client is gone or the process is told to stop. */
export async function serveStdio({ server, stdin, stdout, clock, log, stop }: StdioParts): Promise<void> {
  const transport: Transport = new StdioServerTransport(stdin, stdout);
  const ended = new Promise<string>((resolve) => {
    stdin.once("end", () => resolve("end of input"));
    stdin.once("close", () => resolve("end of input"));
    // The client closed our stdout: it will never read again.
    stdout.once("error", () => resolve("end of output"));
    if (stop.aborted) resolve("told to stop");
    stop.addEventListener("abort", () => resolve("told to stop"), { once: true });
    transport.onclose = () => resolve("connection closed");
  });
  await server.connect(transport);
  const requests = followRequests(transport);
  log.info("serving MCP over stdio");

  const reason = await ended;
  log.info("stopping", { reason });
  if (reason === "end of input") await Promise.race([requests.answered(), clock.sleep(graceMs)]);
  await server.close();
}

/** Knows which requests have no answer yet. */
function followRequests(transport: Transport): { answered(): Promise<void> } {
  const open = new Set<RequestId>();
  let onEmpty = () => {};
  const receive = transport.onmessage;
  transport.onmessage = (message, extra) => {
    if ("method" in message && "id" in message) open.add(message.id);
    receive?.(message, extra);
  };
  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    await send(message, options);
    if ("id" in message && !("method" in message) && message.id !== undefined) open.delete(message.id);
    if (open.size === 0) onEmpty();
  };
  return {
    answered: () =>
      new Promise((resolve) => {
        onEmpty = resolve;
        if (open.size === 0) resolve();
      }),
  };
}
