import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/sdk/types.js";
import { cancelledId } from "../protocol/cancelled.ts";

/** The one revision of MCP in which a line may hold a list of messages. */
const revisionWithBatches = "2025-03-26";

interface Batch {
  readonly unanswered: Set<RequestId>;
  readonly answers: object[];
}

/** Gathers the answers to messages that came together, so that they go back together. */
export class Batches {
  readonly #write: (answers: readonly object[]) => void;
  readonly #open = new Map<RequestId, Batch>();
  #initialize: RequestId | undefined;
  #revision: unknown;

  constructor(write: (answers: readonly object[]) => void) {
    this.#write = write;
  }

  /** Whether the revision that was agreed on has batches. */
  get allowed(): boolean {
    return this.#revision === revisionWithBatches;
  }

  /** Opens a batch, before its messages are handled. `answers` are given already: to what was no message. */
  open(messages: readonly JSONRPCMessage[], answers: readonly object[]): void {
    const ids = messages.flatMap((message) => ("method" in message && "id" in message ? [message.id] : []));
    const batch: Batch = { unanswered: new Set(ids), answers: [...answers] };
    for (const id of batch.unanswered) this.#open.set(id, batch);
    this.#writeIfWhole(batch);
  }

  /** Looks at every message that comes in. */
  received(message: JSONRPCMessage): void {
    if (!("method" in message)) return;
    if (message.method === "initialize" && "id" in message) this.#initialize = message.id;
    // What was cancelled is never answered.
    const id = cancelledId(message);
    if (id !== undefined) this.#answered(id);
  }

  /** Looks at every message that is to go out. Takes it where it belongs to a batch. */
  takes(message: JSONRPCMessage): boolean {
    if ("method" in message || message.id === undefined) return false;
    if (message.id === this.#initialize && "result" in message) {
      this.#revision = message.result.protocolVersion;
      // Another request may have the same id later.
      this.#initialize = undefined;
    }
    return this.#answered(message.id, message);
  }

  /** Lets go what there is of batches that will never be whole. */
  close(): void {
    for (const batch of new Set(this.#open.values())) {
      batch.unanswered.clear();
      this.#writeIfWhole(batch);
    }
    this.#open.clear();
  }

  #answered(id: RequestId, answer?: object): boolean {
    const batch = this.#open.get(id);
    if (batch === undefined) return false;
    this.#open.delete(id);
    batch.unanswered.delete(id);
    if (answer !== undefined) batch.answers.push(answer);
    this.#writeIfWhole(batch);
    return true;
  }

  #writeIfWhole({ answers, unanswered }: Batch): void {
    if (unanswered.size === 0 && answers.length > 0) this.#write(answers);
  }
}
