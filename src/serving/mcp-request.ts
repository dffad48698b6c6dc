import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { Context } from "hono";
import { type Caller, onlyCaller } from "../caller.ts";
import type { Clock, Log } from "../ports.ts";
import { isModernRequest } from "../protocol/era.ts";
import type { ModernEra } from "../protocol/modern-era.ts";
import { standsOpen } from "../protocol/stands-open.ts";
import { wantsProgress } from "../protocol/wants-progress.ts";
import type { HttpEnv } from "./http-env.ts";
import { idOf, type RequestId, readJsonRpc } from "./json-rpc-message.ts";
import { takePlace } from "./load-guard.ts";
import type { McpEnd } from "./mcp-end.ts";
import { orGone } from "./or-gone.ts";
import { readMessage } from "./read-message.ts";
import { refuse } from "./refuse.ts";
import { whenOver } from "./when-over.ts";

export interface McpRequestParts {
  /** Makes the server of one request of a revision up to 2025-11-25. */
  readonly serverFor: (connection: { readonly caller: Caller; readonly canNotify: false }) => McpEnd;
  /** Answers requests of revision 2026-07-28; absent where they are not served. */
  readonly modern?: Pick<ModernEra, "answer">;
  readonly clock: Pick<Clock, "after">;
  readonly log: Log;
}

/** Refuses a message that its caller may not send, before anything is made for it. */
export type MessageRefusal = (c: Context<HttpEnv>, message: unknown, id: RequestId) => Response | undefined;

/** Between comments on a stream that is silent: under the 10 s after which some proxies and servers give up. */
const keepAliveMs = 8_000;

/**
 * Answers one POST: by one JSON object, or by a stream of events where the client wants to hear how far it is or the
 * answer is long in coming.
 */
export async function answerMcp(
  c: Context<HttpEnv>,
  { clock, log, modern, serverFor }: McpRequestParts,
  refuseMessage: MessageRefusal = () => undefined,
): Promise<Response> {
  const reading = await readMessage(c, clock);
  if (!reading.ok) return reading.refusal;
  const message = nullLeftOut(reading.message);
  const beyond = refuseMessage(c, message, idOf(message));
  if (beyond !== undefined) return beyond;
  const inModernEra =
    modern !== undefined && isModernRequest(message, c.req.header("mcp-protocol-version"))
      ? modern
      : undefined;
  const isWait = standsOpen(message, { modern: inModernEra !== undefined });
  const noPlace = takePlace(c, isWait ? "wait" : "call", idOf(message));
  if (noPlace !== undefined) return noPlace;
  const connection = { caller: c.get("caller") ?? onlyCaller, canNotify: false } as const;
  if (inModernEra !== undefined) {
    return orGone(c.req.raw.signal, inModernEra.answer(c.req.raw, message, connection));
  }
  const server = serverFor(connection);
  // A stream's comments keep the connection of whoever waits for long: what stands between ends it when it is silent.
  const streamed = isWait || wantsProgress(message);
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: !streamed,
    keepAliveMs,
  });
  const close = () => {
    server.close().catch(() => log.debug("a server did not close"));
  };
  await server.connect(transport);
  // A client that hangs up ends its call: nobody is left to read the answer, and no message could cancel it.
  const answer = await orGone(
    c.req.raw.signal,
    transport.handleRequest(c.req.raw, { parsedBody: message }),
    close,
  );
  const response = answer.status === 400 ? badRequest(c, message, answer) : answer;
  // A server that has given its one answer holds nothing, and is not closed: that would pay for an exception.
  return streamed && response.body !== null
    ? new Response(whenOver(response.body, close), response)
    : response;
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
