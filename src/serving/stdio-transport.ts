import type { Readable, Writable } from "node:stream";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import type { Log } from "../ports.ts";
import { lineCutter } from "./stdio-lines.ts";

/** Bytes of one line: a list of fifty ARNs has seven thousand. */
const maxLineBytes = 4 * 1024 * 1024;

const notJson = { code: -32700, message: "The line is not JSON. Send one JSON-RPC message a line." };
const notAMessage = { code: -32600, message: "The line is not a JSON-RPC 2.0 message of MCP." };
const noBatch = { code: -32600, message: "Batches are not taken: send one message a line." };
const lineTooLong = { code: -32600, message: `The line is over ${maxLineBytes} bytes.` };

/** A JSON-RPC error as the answer to what is no request. */
type Refusal = typeof notJson;

/**
 * One message a line over stdin and stdout. The SDK's own transport ends the connection when a line is long, is silent
 * where a line is no message, and never reads a last line that has no line break.
 */
export class StdioTransport implements Transport {
  onmessage?: NonNullable<Transport["onmessage"]>;
  onclose?: () => void;
  onerror?: (error: Error) => void;

  readonly #stdin: Readable;
  readonly #stdout: Writable;
  readonly #log: Log;
  readonly #lines = lineCutter(maxLineBytes, {
    line: (text) => this.#line(text),
    tooLong: () => this.#refuse(lineTooLong),
  });
  readonly #onData = (chunk: Uint8Array) => this.#lines.push(chunk);
  readonly #onEnd = () => this.#lastLine(this.#lines.end());
  readonly #onError = (error: Error) => this.onerror?.(error);

  constructor(stdin: Readable, stdout: Writable, log: Log) {
    this.#stdin = stdin;
    this.#stdout = stdout;
    this.#log = log;
  }

  async start(): Promise<void> {
    this.#stdin.on("data", this.#onData);
    this.#stdin.on("end", this.#onEnd);
    this.#stdin.on("error", this.#onError);
  }

  send(message: JSONRPCMessage): Promise<void> {
    return this.#write(message);
  }

  async close(): Promise<void> {
    this.#stdin.off("data", this.#onData);
    this.#stdin.off("end", this.#onEnd);
    this.#stdin.off("error", this.#onError);
    // A stream that flows keeps the process alive.
    this.#stdin.pause();
    this.onclose?.();
  }

  #line(text: string): void {
    if (text.trim() === "") return;
    const json = parsed(text);
    if (json === undefined) this.#refuse(notJson);
    else this.#receive(json.value);
  }

  /** Whoever cut the last line short is gone, and needs no answer. */
  #lastLine(text: string): void {
    if (text.trim() === "") return;
    const json = parsed(text);
    if (json === undefined) this.#note("cut short by the end of input");
    else this.#receive(json.value);
  }

  #receive(json: unknown): void {
    const { data } = JSONRPCMessageSchema.safeParse(json);
    if (data !== undefined) this.onmessage?.(data);
    else if (Array.isArray(json)) this.#refuse(noBatch);
    else if (wantsAnswer(json)) this.#refuse(notAMessage, idOf(json));
    else this.#note(notAMessage.message);
  }

  #refuse(error: Refusal, id: string | number | null = null): void {
    this.#note(error.message);
    void this.#write({ jsonrpc: "2.0", id, error });
  }

  #note(reason: string): void {
    this.#log.warn("MCP message not handled", { reason });
  }

  #write(message: object): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stdout.write(`${JSON.stringify(message)}\n`)) resolve();
      else this.#stdout.once("drain", resolve);
    });
  }
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** No notification is ever answered, and no answer: two programs that refuse each other's would never end. */
function wantsAnswer(json: unknown): boolean {
  if (typeof json !== "object" || json === null) return true;
  if ("method" in json) return "id" in json || typeof json.method !== "string";
  return !("result" in json || "error" in json);
}

function idOf(json: unknown): string | number | null {
  const id = typeof json === "object" && json !== null && "id" in json ? json.id : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}
