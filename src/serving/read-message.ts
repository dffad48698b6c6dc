import type { Context } from "hono";
import type { Clock } from "../ports.ts";
import type { HttpEnv } from "./http-env.ts";
import { findJsonProblem, maxNesting } from "./json-scan.ts";
import { refuseLoad } from "./load-guard.ts";
import { readBody } from "./read-body.ts";
import { refuse } from "./refuse.ts";

/** A list of fifty ARNs has seven thousand bytes. */
const bounds = { maxBytes: 256 * 1024, withinMs: 10_000 };

export type MessageReading =
  | { readonly ok: true; readonly message: unknown }
  | { readonly ok: false; readonly refusal: Response };

/** The one JSON value in a request's body; or the answer to a body that is none, or too large, or too slow. */
export async function readMessage(c: Context<HttpEnv>, clock: Pick<Clock, "after">): Promise<MessageReading> {
  const no = (...words: RefusalWords) => ({ ok: false, refusal: refuse(c, ...words) }) as const;
  // The SDK checks the type too, but only after it has been given a parsed body.
  if (!/^application\/json\s*(;|$)/i.test(c.req.header("content-type")?.trim() ?? "")) {
    return no(415, -32000, "The content type must be application/json.");
  }
  const body = await readBody(c.req.raw, bounds, clock, c.get("place"));
  if (!body.ok) {
    // The rest of the body stands where the connection's next request would.
    c.header("Connection", "close");
    if (body.why === "crowded out") return { ok: false, refusal: refuseLoad(c, body.refusal) };
    return no(...unread[body.why]);
  }
  const problem = findJsonProblem(body.text);
  if (problem !== undefined) return no(...unsafe[problem]);
  let message: unknown;
  try {
    message = JSON.parse(body.text);
  } catch {
    return no(400, -32700, "The body is not JSON.");
  }
  if (Array.isArray(message)) return no(400, -32600, "Batches are not taken: send one message a request.");
  return { ok: true, message };
}

type RefusalWords = readonly [status: 400 | 408 | 413 | 415, code: number, message: string];

const unread: Readonly<Record<"too large" | "too slow" | "broken off", RefusalWords>> = {
  "too large": [413, -32600, `The body is over ${bounds.maxBytes} bytes.`],
  "too slow": [408, -32600, `The body did not come within ${bounds.withinMs / 1000} s.`],
  "broken off": [400, -32700, "The body broke off, or its chunks are not HTTP's."],
};

const unsafe: Readonly<Record<"nested too deep" | "a key twice", RefusalWords>> = {
  "nested too deep": [400, -32600, `The message is nested over ${maxNesting} deep.`],
  "a key twice": [
    400,
    -32600,
    "An object of the message has a key twice: readers would differ on its value.",
  ],
};
