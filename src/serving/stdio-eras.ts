import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { Log } from "../ports.ts";
import { eraOnPipe } from "../protocol/era.ts";
import type { ModernEra } from "../protocol/modern-era.ts";
import type { Connection } from "../protocol/sdk-v1.ts";
import type { McpEnd } from "./mcp-end.ts";

export interface BothErasParts {
  /** Serves clients that open with `initialize`, and whatever says nothing of its revision. */
  readonly server: McpEnd;
  /** Serves the others; nothing of it is loaded before the first of them. */
  readonly modern: ModernEra;
  readonly connection: Connection;
  readonly log: Log;
}

/** One pipe, served in whichever way its client speaks: each message goes to one of two servers. */
export class BothEras implements McpEnd {
  readonly #parts: BothErasParts;
  #closing: (() => Promise<void>)[] = [];

  constructor(parts: BothErasParts) {
    this.#parts = parts;
  }

  async connect(pipe: Transport): Promise<void> {
    const { connection, log, modern, server } = this.#parts;
    const old = new Lane(pipe);
    const young = new Lane(pipe);
    let opening: Promise<void> | undefined;
    /** Once the client has settled for one of them. */
    let settled: boolean | undefined;

    const open = async () => {
      try {
        const served = await modern.serve(young, connection);
        this.#closing.unshift(() => served.close());
      } catch (thrown) {
        log.error("an MCP revision could not be served", { fault: nameOf(thrown) });
      }
    };
    const onclose = pipe.onclose;
    pipe.onclose = () => {
      onclose?.();
      old.onclose?.();
      young.onclose?.();
    };
    pipe.onerror = (error) => {
      old.onerror?.(error);
    };
    pipe.onmessage = (message) => {
      const era = eraOnPipe(message);
      const isModern = settled ?? era.modern;
      if (era.settles) settled ??= era.modern;
      if (!isModern) {
        old.onmessage?.(message);
        return;
      }
      opening ??= open();
      // One behind the other: what came first is answered first, also while the server is being loaded.
      opening = opening.then(() => young.onmessage?.(message));
    };
    await server.connect(old);
    this.#closing.push(
      () => server.close(),
      () => pipe.close(),
    );
    await pipe.start();
  }

  async close(): Promise<void> {
    const closing = this.#closing;
    this.#closing = [];
    for (const close of closing) await close();
  }
}

/** One server's end of the pipe. Closing it does not close the pipe, which has another end. */
class Lane implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport["onmessage"]>;
  readonly #pipe: Transport;

  constructor(pipe: Transport) {
    this.#pipe = pipe;
  }

  async start(): Promise<void> {}

  send(message: JSONRPCMessage): Promise<void> {
    return this.#pipe.send(message);
  }

  async close(): Promise<void> {
    this.onclose?.();
  }
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : typeof thrown;
}
