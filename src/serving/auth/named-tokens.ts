import { createHash, timingSafeEqual } from "node:crypto";
import type { Caller } from "../../caller.ts";

/** A secret that lets in whoever has it, and what its holder is called. */
export interface NamedToken {
  readonly name: string;
  readonly token: string;
}

/** What tokens are compared and remembered by, so that none is kept as it is. */
export function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/**
 * Finds whose token it is by its digest. All of them are compared, each in constant time: how long it takes says
 * nothing of any. Holders of two tokens are two callers.
 */
export function namedTokenHolders(tokens: readonly NamedToken[]): (digest: Buffer) => Caller | undefined {
  const holders = tokens.map(({ name, token }) => ({
    digest: digestOf(token),
    caller: { id: JSON.stringify(["token", name]), name },
  }));
  return (digest) => {
    let found: Caller | undefined;
    for (const holder of holders) if (timingSafeEqual(holder.digest, digest)) found = holder.caller;
    return found;
  };
}
