import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { Log } from "../ports.ts";
import { eraOnPipe } from "../protocol/era.ts";
import type { Era } from "../protocol/eras.ts";
import { errorCodes } from "../protocol/protocol-error.ts";
import type { Connection } from "../protocol/sdk-v1.ts";
import type { McpEnd } from "./mcp-end.ts";

export interface BothErasParts {
  /** Serves clients that open with `initialize`, and whatever says nothing of its revision. */
  readonly legacy: Pick<Era, "serve">;
  /** Serves the others. */
  readonly modern: Pick<Era, "serve">;
  readonly connection: Connection;
  readonly log: Log;
}

/** One pipe, served in whichever way its client speaks: each message goes to one of two servers. */
export class BothEras implements McpEnd {
  readonly #parts: BothErasParts;
  #pipe: Transport | undefined;
  #lanes: readonly Lane[] = [];

  constructor(parts: BothErasParts) {
    this.#parts = parts;
  }

  async connect(pipe: Transport): Promise<void> {
    const { connection, legacy, log, modern } = this.#parts;
    const old = new Lane(pipe, (lane) => legacy.serve(lane, connection), log);
    const young = new Lane(pipe, (lane) => modern.serve(lane, connection), log);
    this.#pipe = pipe;
    // What of the new revision is open has a last word to say, while the pipe is there.
    this.#lanes = [young, old];
    /** Once the client has settled for one of them. */
    let settled: boolean | undefined;

    const onclose = pipe.onclose;
    pipe.onclose = () => {
      onclose?.();
      for (const lane of this.#lanes) lane.onclose?.();
    };
    pipe.onerror = ({ name }) => log.warn("MCP message not handled", { reason: name });
    pipe.onmessage = (message) => {
      const era = eraOnPipe(message);
      const isModern = settled ?? era.modern;
      if (era.settles) settled ??= era.modern;
      (isModern ? young : old).take(message);
    };
    await pipe.start();
  }

  async loaded(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.taken()));
  }

  async close(): Promise<void> {
    for (const lane of this.#lanes) await lane.closeServer();
    this.#lanes = [];
    await this.#pipe?.close();
  }
}

/** One server's end of the pipe. Closing it does not close the pipe, which has another end. */
class Lane implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport["onmessage"]>;
  readonly #pipe: Transport;
  readonly #serve: (lane: Lane) => ReturnType<Era["serve"]>;
  readonly #log: Log;
  #server: Awaited<ReturnType<Era["serve"]>> | undefined;
  #taking: Promise<void> | undefined;

  constructor(pipe: Transport, serve: (lane: Lane) => ReturnType<Era["serve"]>, log: Log) {
    this.#pipe = pipe;
    this.#serve = serve;
    this.#log = log;
  }

  /** One behind the other: what came first is answered first, also while the server is being loaded. */
  take(message: JSONRPCMessage): void {
    this.#taking = (this.#taking ?? this.#open()).then(() => this.onmessage?.(message));
  }

  async taken(): Promise<void> {
    await this.#taking;
  }

  async closeServer(): Promise<void> {
    await this.taken();
    await this.#server?.close();
  }

  async start(): Promise<void> {}

  send(message: JSONRPCMessage): Promise<void> {
    return this.#pipe.send(message);
  }

  async close(): Promise<void> {
    this.onclose?.();
  }

  async #open(): Promise<void> {
    try {
      this.#server = await this.#serve(this);
    } catch (thrown) {
      this.#log.error("an MCP revision could not be served", { fault: nameOf(thrown) });
      this.onmessage = (message) => this.#refuse(message);
    }
  }

  /** A client that hears nothing waits for ever. */
  #refuse(message: JSONRPCMessage): void {
    if (!("method" in message && "id" in message)) return;
    const error = { code: errorCodes.internal, message: "This server cannot serve this revision of MCP." };
    this.send({ jsonrpc: "2.0", id: message.id, error }).catch(() => {
      this.#log.debug("a message could not be sent");
    });
  }
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : typeof thrown;
}
