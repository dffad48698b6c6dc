import type { Readable, Writable } from "node:stream";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { Log } from "../ports.ts";
import {
  maxBatchMessages,
  maxLineBytes,
  parsed,
  type RefusedMessage,
  readJsonRpc,
  refusals,
  refused,
} from "./json-rpc-message.ts";
import { Batches } from "./stdio-batches.ts";
import { lineCutter } from "./stdio-lines.ts";

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
  readonly #answeredId: string | undefined;
  readonly #lines = lineCutter(maxLineBytes, {
    line: (text) => this.#line(text),
    tooLong: () => this.#refuse(refused(refusals.lineTooLong)),
  });
  readonly #batches = new Batches((answers) => void this.#write(answers));
  readonly #onData = (chunk: Uint8Array) => this.#lines.push(chunk);
  readonly #onEnd = () => this.#lastLine(this.#lines.end());
  readonly #onError = (error: Error) => this.onerror?.(error);

  /** The answer to `answeredId` is not written: the client has it. */
  constructor(stdin: Readable, stdout: Writable, log: Log, answeredId?: string) {
    this.#answeredId = answeredId;
    this.#stdin = stdin;
    this.#stdout = stdout;
    this.#log = log;
  }

  async start(): Promise<void> {
    this.#stdin.on("data", this.#onData);
    this.#stdin.on("end", this.#onEnd);
    this.#stdin.on("error", this.#onError);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const answersAgain = this.#answeredId !== undefined && "id" in message && message.id === this.#answeredId;
    if (!this.#batches.takes(message) && !answersAgain) await this.#write(message);
  }

  async close(): Promise<void> {
    this.#stdin.off("data", this.#onData);
    this.#stdin.off("end", this.#onEnd);
    this.#stdin.off("error", this.#onError);
    // A stream that flows keeps the process alive.
    this.#stdin.pause();
    this.#batches.close();
    this.onclose?.();
  }

  #line(text: string): void {
    if (text.trim() === "") return;
    const json = parsed(text);
    if (json === undefined) this.#refuse(refused(refusals.notJson));
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
    if (!Array.isArray(json)) {
      const reading = readJsonRpc(json);
      if (reading.message !== undefined) this.#deliver(reading.message);
      else if (reading.answer !== undefined) this.#refuse(reading.answer);
      else this.#note(reading.reason);
    } else if (!this.#batches.allowed) this.#refuse(refused(refusals.noBatch));
    else if (json.length === 0) this.#refuse(refused(refusals.emptyBatch));
    else if (json.length > maxBatchMessages) this.#refuse(refused(refusals.batchTooLong));
    else this.#receiveBatch(json);
  }

  #receiveBatch(batch: readonly unknown[]): void {
    const messages: JSONRPCMessage[] = [];
    const answers: RefusedMessage[] = [];
    for (const json of batch) {
      const reading = readJsonRpc(json, true);
      if (reading.message !== undefined) messages.push(reading.message);
      else this.#note(reading.reason);
      if (reading.message === undefined && reading.answer !== undefined) answers.push(reading.answer);
    }
    this.#batches.open(messages, answers);
    for (const message of messages) this.#deliver(message);
  }

  #deliver(message: JSONRPCMessage): void {
    this.#batches.received(message);
    this.onmessage?.(message);
  }

  #refuse(answer: RefusedMessage): void {
    this.#note(answer.error.message);
    void this.#write(answer);
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
