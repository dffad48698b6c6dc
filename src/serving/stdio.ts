import type { Readable, Writable } from "node:stream";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { RequestId } from "@modelcontextprotocol/sdk/types.js";
import type { JobWatcher } from "../jobs/watcher/watcher.ts";
import type { Clock, Log } from "../ports.ts";
import { cancelledId } from "../protocol/cancelled.ts";
import type { McpEnd } from "./mcp-end.ts";
import { StdioTransport } from "./stdio-transport.ts";

export interface StdioParts {
  readonly server: McpEnd;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly clock: Clock;
  readonly log: Log;
  /** Lets the waits go when the server stops, so that they are answered with what is known. */
  readonly watcher: Pick<JobWatcher, "drain" | "stop">;
  /** Aborts when the process is told to stop. */
  readonly stop: AbortSignal;
  /** Where the client's first messages have been answered: the id under which `initialize` is told once more. */
  readonly opened?: { readonly replayedId: string };
}

/** Milliseconds that calls in flight get after the end of input: `echo … | server` deserves its answer. */
const graceMs = 600;
/** Milliseconds that answers get to be written once nothing more is asked of AWS. */
const lastWordMs = 200;

/** Serves one client over stdin and stdout; resolves when the client is gone or the process is told to stop. */
export async function serveStdio(parts: StdioParts): Promise<void> {
  const { server, stdin, stdout, clock, log, watcher, stop, opened } = parts;
  const transport: Transport = new StdioTransport(stdin, stdout, log, opened?.replayedId);
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
  // Whoever answered the first messages has paused it.
  stdin.resume();
  if (opened === undefined) log.info("serving MCP over stdio");

  const reason = await ended;
  log.info("stopping", { reason });
  if (reason === "end of input") {
    watcher.drain();
    await server.loaded();
    await Promise.race([requests.answered(), clock.sleep(graceMs)]);
  }
  watcher.stop();
  await Promise.race([requests.answered(), clock.sleep(lastWordMs)]);
  await server.close();
}

/** Knows which requests have no answer yet. */
function followRequests(transport: Transport): { answered(): Promise<void> } {
  const open = new Set<RequestId>();
  let initialize: RequestId | undefined;
  let onEmpty = () => {};
  const receive = transport.onmessage;
  transport.onmessage = (message, extra) => {
    const cancelled = cancelledId(message);
    // MCP lets nobody cancel what opens the connection.
    if (cancelled !== undefined && cancelled === initialize) return;
    if ("method" in message && "id" in message && message.method === "initialize") initialize = message.id;
    // A subscription's answer is its end.
    if ("method" in message && "id" in message && message.method !== "subscriptions/listen") {
      open.add(message.id);
    }
    receive?.(message, extra);
    // What was cancelled is never answered.
    if (cancelled !== undefined) open.delete(cancelled);
  };
  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    await send(message, options);
    if ("id" in message && !("method" in message) && message.id !== undefined) {
      open.delete(message.id);
      if (message.id === initialize) initialize = undefined;
    }
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
