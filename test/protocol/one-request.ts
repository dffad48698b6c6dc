import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { onlyCaller } from "../../src/caller.ts";
import type { sdkV1Servers } from "../../src/protocol/sdk-v1.ts";

/** What a server of its own answers to one request. */
export async function answerTo(
  serverFor: ReturnType<typeof sdkV1Servers>,
  request: { readonly method: string; readonly params?: Record<string, unknown> },
): Promise<JSONRPCMessage> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const server = serverFor({ caller: onlyCaller, canNotify: true });
  await server.connect(ours);
  const answer = new Promise<JSONRPCMessage>((resolve) => {
    theirs.onmessage = resolve;
  });
  await theirs.start();
  await theirs.send({ jsonrpc: "2.0", id: 1, ...request });
  try {
    return await answer;
  } finally {
    await server.close();
  }
}
