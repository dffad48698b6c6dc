import type { Context } from "hono";
import { onlyCaller } from "../caller.ts";
import type { Clock } from "../ports.ts";
import { isModernRequest } from "../protocol/era.ts";
import type { Era } from "../protocol/eras.ts";
import { orGone } from "../protocol/or-gone.ts";
import { standsOpen } from "../protocol/stands-open.ts";
import type { HttpEnv } from "./http-env.ts";
import { idOf, type RequestId, readJsonRpc } from "./json-rpc-message.ts";
import { asWait } from "./load-guard.ts";
import { readMessage } from "./read-message.ts";
import { refuse } from "./refuse.ts";

export interface McpRequestParts {
  /** Answers requests of revisions up to 2025-11-25. */
  readonly legacy: Pick<Era, "answer">;
  /** Answers requests of revision 2026-07-28; absent where they are not served. */
  readonly modern?: Pick<Era, "answer">;
  readonly clock: Pick<Clock, "after">;
}

/** Refuses a message that its caller may not send, before anything is made for it. */
export type MessageRefusal = (c: Context<HttpEnv>, message: unknown, id: RequestId) => Response | undefined;

/** Answers one POST: by one JSON object, or by a stream of events where the client wants to hear how far it is. */
export async function answerMcp(
  c: Context<HttpEnv>,
  { clock, legacy, modern }: McpRequestParts,
  refuseMessage: MessageRefusal = () => undefined,
): Promise<Response> {
  const reading = await readMessage(c, clock);
  if (!reading.ok) return reading.refusal;
  const message = nullLeftOut(reading.message);
  const beyond = refuseMessage(c, message, idOf(message));
  if (beyond !== undefined) return beyond;
  if (standsOpen(message)) {
    const refusal = asWait(c, idOf(message));
    if (refusal !== undefined) return refusal;
  }
  const connection = { caller: c.get("caller") ?? onlyCaller, canNotify: false } as const;
  if (modern !== undefined && isModernRequest(message, c.req.header("mcp-protocol-version"))) {
    return orGone(c.req.raw.signal, modern.answer(c.req.raw, message, connection));
  }
  const answer = await legacy.answer(c.req.raw, message, connection);
  return answer.status === 400 ? badRequest(c, message, answer) : answer;
}

/** The SDK says of JSON that is no message that it is no JSON, and not which request is meant. */
function badRequest(c: Context, message: unknown, answer: Response): Response {
  const reading = readJsonRpc(message);
  if (reading.message !== undefined) return answer;
  return refuse(c, 400, -32600, reading.reason, reading.answer?.id);
}

/** `params: null` is no JSON-RPC, but libraries in other languages write it. */
function nullLeftOut(message: unknown): unknown {
  const isNull =
    typeof message === "object" && message !== null && "params" in message && message.params === null;
  return isNull ? { ...message, params: undefined } : message;
}
