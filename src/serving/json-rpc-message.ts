import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

/** Bytes of one line: a list of fifty ARNs has seven thousand. */
export const maxLineBytes = 4 * 1024 * 1024;

/** Messages of one batch: a client that has more to say can say it in several. */
export const maxBatchMessages = 1_000;

/** What is no message is answered by, in JSON-RPC's codes. */
export const refusals = {
  notJson: { code: -32700, message: "The line is not JSON. Send one JSON-RPC message a line." },
  notAMessage: { code: -32600, message: "This is not a JSON-RPC 2.0 message of MCP." },
  lineTooLong: { code: -32600, message: `The line is over ${maxLineBytes} bytes.` },
  noBatch: { code: -32600, message: "This revision of MCP has no batches: send one message a line." },
  batchTooLong: {
    code: -32600,
    message: `The batch has over ${maxBatchMessages} messages: none of them was handled.`,
  },
  emptyBatch: { code: -32600, message: "The batch is empty." },
  initializeInBatch: { code: -32600, message: "A batch must not hold initialize." },
} as const;

type Refusal = (typeof refusals)[keyof typeof refusals];

/** A request's id; null where it has none, or none of its form. */
export type RequestId = string | number | null;

export interface RefusedMessage {
  readonly jsonrpc: "2.0";
  readonly id: RequestId;
  readonly error: Refusal;
}

/** A message, or why there is none and what to answer to it, if anything. */
export type Reading =
  | { readonly message: JSONRPCMessage }
  | { readonly message?: never; readonly reason: string; readonly answer?: RefusedMessage };

const requestId = z.union([z.string(), z.int()]);
const withMeta = z.looseObject({
  _meta: z
    .looseObject({
      progressToken: requestId.optional(),
      "io.modelcontextprotocol/related-task": z.looseObject({ taskId: z.string() }).optional(),
    })
    .optional(),
});
const jsonrpc = z.literal("2.0");
const asked = { jsonrpc, method: z.string(), params: withMeta.optional() };

/** What the SDKs take for a message, without loading one of them to find out. */
const jsonRpcMessage = z.union([
  z.strictObject({ ...asked, id: requestId }),
  z.strictObject(asked),
  z.strictObject({ jsonrpc, id: requestId, result: withMeta }),
  z.strictObject({
    jsonrpc,
    id: requestId.optional(),
    error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }),
  }),
]);

export function readJsonRpc(json: unknown, inBatch = false): Reading {
  const message: JSONRPCMessage | undefined = jsonRpcMessage.safeParse(json).data;
  const initializes = message !== undefined && "method" in message && message.method === "initialize";
  if (message !== undefined && !(inBatch && initializes)) return { message };
  const refusal = message === undefined ? refusals.notAMessage : refusals.initializeInBatch;
  return {
    reason: refusal.message,
    ...(wantsAnswer(json) ? { answer: refused(refusal, idOf(json)) } : {}),
  };
}

export function refused(error: Refusal, id: RequestId = null): RefusedMessage {
  return { jsonrpc: "2.0", id, error };
}

/** The JSON of a line; nothing where it is none. */
export function parsed(text: string): { readonly value: unknown } | undefined {
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

/** The id of a request, where there is one of its form. */
export function idOf(json: unknown): RequestId {
  const id = typeof json === "object" && json !== null && "id" in json ? json.id : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}
