import type { JSONRPCMessage, RequestId, Transport } from "@modelcontextprotocol/server";
import { SUBSCRIPTION_ID_META_KEY } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Caller } from "../caller.ts";
import type { CallOrigin } from "../observer.ts";
import { cancelledId } from "./cancelled.ts";
import { claimedRevision, modernRevision } from "./era.ts";
import { errorCodes, ProtocolError } from "./protocol-error.ts";
import { maxSubscriptions, tooManySubscriptions } from "./resource-answers.ts";
import type { ServerParts } from "./sdk-v1.ts";
import { checkListen, listenTo, type OnUpdated, originIn } from "./sdk-v2-listen.ts";
import { withTasks } from "./sdk-v2-task-uris.ts";

const requestId = z.union([z.string(), z.number()]);

const acknowledged = z.looseObject({
  method: z.literal("notifications/subscriptions/acknowledged"),
  params: z.looseObject({
    _meta: z.looseObject({ [SUBSCRIPTION_ID_META_KEY]: requestId }),
    notifications: z.looseObject({ resourceSubscriptions: z.array(z.string()) }),
  }),
});

export interface ListeningPipeParts extends ServerParts {
  readonly caller: Caller;
}

/**
 * A pipe between a client and the SDK, which knows who subscribed to what: the SDK acknowledges subscriptions and ends
 * them, and has nobody who watches the resources. Closing it leaves the pipe below open.
 */
export class ListeningPipe implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;

  readonly #pipe: Transport;
  readonly #parts: ListeningPipeParts;
  readonly #listening = new Map<RequestId, () => void>();
  /** Where subscriptions came from that the SDK has not acknowledged yet. */
  readonly #asked = new Map<RequestId, CallOrigin>();
  /** How much each `subscriptions/listen` that is open listens to, from its arrival on. */
  readonly #counts = new Map<RequestId, number>();

  constructor(pipe: Transport, parts: ListeningPipeParts) {
    this.#pipe = pipe;
    this.#parts = parts;
  }

  async start(): Promise<void> {
    let receiving = Promise.resolve();
    // One behind the other: who stops listening right after they began has to be known to listen.
    this.#pipe.onmessage = (message) => {
      receiving = receiving.then(() => this.#receive(message));
    };
    this.#pipe.onerror = (error) => this.onerror?.(error);
    this.#pipe.onclose = () => {
      this.#endAll();
      this.onclose?.();
    };
    await this.#pipe.start();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.#pipe.send(withTasks(message));
    if ("id" in message && message.id !== undefined) this.#asked.delete(message.id);
    if ("error" in message && message.id !== undefined) this.#counts.delete(message.id);
    const { data } = acknowledged.safeParse(message);
    if (data === undefined) return;
    const { _meta: meta, notifications } = data.params;
    const id = meta[SUBSCRIPTION_ID_META_KEY];
    this.#end(id);
    const tell: OnUpdated = (uri, task) => this.#tell(id, uri, task);
    const context = { caller: this.#parts.caller, origin: this.#asked.get(id) ?? {} };
    this.#asked.delete(id);
    const { resourceSubscriptions } = notifications;
    this.#listening.set(id, listenTo(this.#parts, resourceSubscriptions, context, tell));
  }

  async close(): Promise<void> {
    this.#endAll();
    this.onclose?.();
  }

  async #receive(message: JSONRPCMessage): Promise<void> {
    const revision = claimedRevision(message);
    if ("id" in message && "method" in message) {
      // The SDK looks at the revision of a pipe's first request only.
      if (typeof revision === "string" && revision !== modernRevision) {
        this.#refuse(message.id, unsupported(revision));
        return;
      }
      const listen = await checkListen(this.#parts.catalogue, this.#parts.caller, message);
      if (!listen.ok) {
        this.#refuse(listen.id, listen.error);
        return;
      }
      if (!this.#admit(message.id, listen.uris.length)) {
        this.#refuse(message.id, tooManySubscriptions());
        return;
      }
      if (listen.uris.length > 0) this.#asked.set(message.id, { ...originIn(message), transport: "stdio" });
      this.onmessage?.(listen.message);
      return;
    }
    const cancelled = cancelledId(message);
    if (cancelled !== undefined) {
      this.#end(cancelled);
      this.#counts.delete(cancelled);
    }
    this.onmessage?.(message);
  }

  /** Whether the connection has room for a subscription to that many resources. */
  #admit(id: RequestId, count: number): boolean {
    if (count === 0) return true;
    let all = count;
    for (const [other, itsCount] of this.#counts) if (other !== id) all += itsCount;
    if (all > maxSubscriptions) return false;
    this.#counts.set(id, count);
    return true;
  }

  #refuse(id: RequestId, { code, data, message }: ProtocolError): void {
    const error = { code, message, ...(data === undefined ? {} : { data }) };
    this.#pipe.send({ jsonrpc: "2.0", id, error }).catch(() => this.#lost());
  }

  #tell(id: RequestId, uri: string, task: Record<string, unknown> = {}): void {
    const params = { ...task, uri, _meta: { [SUBSCRIPTION_ID_META_KEY]: id } };
    const message = { jsonrpc: "2.0", method: "notifications/resources/updated", params } as const;
    this.#pipe.send(withTasks(message)).catch(() => this.#lost());
  }

  #lost(): void {
    this.#parts.log.debug("a message could not be sent");
  }

  #end(id: RequestId): void {
    this.#listening.get(id)?.();
    this.#listening.delete(id);
  }

  #endAll(): void {
    for (const id of [...this.#listening.keys()]) this.#end(id);
  }
}

function unsupported(requested: string): ProtocolError {
  return new ProtocolError(errorCodes.unsupportedRevision, "Unsupported protocol version", {
    supported: [modernRevision],
    requested,
  });
}
