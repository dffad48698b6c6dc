// What is taken for a message is what the SDK takes, which need not be loaded to find out.
import { expect, test } from "bun:test";
import { JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import fc from "fast-check";
import { readJsonRpc } from "../../src/serving/json-rpc-message.ts";

const params = fc.constantFrom<unknown>(
  ...[null, [], "text", {}, { more: 1 }, { _meta: null }, { _meta: [] }, { _meta: { more: null } }],
  ...["p", "", 0, -1, 1.5, 2 ** 53, null].map((progressToken) => ({ _meta: { progressToken } })),
  ...["t", 1].map((taskId) => ({ _meta: { "io.modelcontextprotocol/related-task": { taskId, more: 1 } } })),
);
/** A good message, or one of which one thing or another is odd. */
const messages = fc
  .record({
    kind: fc.constantFrom("method", "result", "error"),
    params,
    jsonrpc: fc.constantFrom<unknown>("2.0", "2.0", "2.0", "1.0", 2, undefined),
    id: fc.constantFrom<unknown>("a", "", 0, -1, 1.5, 2 ** 53, 1e300, null, [], undefined),
    method: fc.constantFrom<unknown>("ping", "", 5, null),
    error: fc.constantFrom<unknown>(
      ...[null, "text", { code: 1 }, { code: 1.5, message: "m" }],
      ...[
        { code: 1, message: "m" },
        { code: 1, message: "m", data: [], more: 1 },
      ],
    ),
    more: fc.constantFrom(undefined, undefined, undefined, null, 1),
  })
  .map(({ error, id, jsonrpc, kind, method, more, params }) => ({
    ...Object.fromEntries(Object.entries({ jsonrpc, id, more }).filter(([, value]) => value !== undefined)),
    ...(kind === "method" && { method, ...(params !== "text" && { params }) }),
    ...(kind === "result" && { result: params }),
    ...(kind === "error" && { error }),
  }));

test("a message is what the SDK takes for one, and nothing else is", () => {
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(messages, (json) => {
      const ours = readJsonRpc(json).message !== undefined;
      expect(ours).toBe(JSONRPCMessageSchema.safeParse(json).success);
      seen[ours ? "taken" : "refused"] += 1;
    }),
    { numRuns: 20_000 },
  );
  expect(seen.taken).toBeGreaterThan(100);
});
