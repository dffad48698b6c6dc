import { expect, test } from "bun:test";
import { isLegacyRequest } from "@modelcontextprotocol/server";
import fc from "fast-check";
import { isModernRequest } from "../../src/protocol/era.ts";

const version = fc.constantFrom("2026-07-28", "2025-11-25", "2099-01-01", "1999-01-01", "", 5, null);
const meta = fc.record(
  {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientCapabilities": fc.constantFrom({}, { extensions: {} }, null, "x"),
    progressToken: fc.constant(1),
  },
  { requiredKeys: [] },
);
const params = fc.record({ _meta: meta, protocolVersion: version }, { requiredKeys: [] });
const method = fc.constantFrom("initialize", "server/discover", "tools/call", "notifications/cancelled");
const message = fc.oneof(
  fc.record(
    { jsonrpc: fc.constant("2.0"), id: fc.constantFrom(1, "a"), method, params },
    { requiredKeys: ["jsonrpc", "method"] },
  ),
  fc.record({ jsonrpc: fc.constant("2.0"), id: fc.constant(1), result: fc.constant({}) }),
);
const header = fc.option(fc.constantFrom("2026-07-28", "2025-11-25", "2099-01-01", "x", " 2026-07-28 "), {
  nil: undefined,
});

test("over HTTP a message goes where the SDK's own look would send it", async () => {
  await fc.assert(
    fc.asyncProperty(message, header, async (body, versionHeader) => {
      const headers: Record<string, string> = { "content-type": "application/json" };
      if (versionHeader !== undefined) headers["mcp-protocol-version"] = versionHeader;
      const request = new Request("http://127.0.0.1/mcp", { method: "POST", headers });
      expect(isModernRequest(body, versionHeader)).toBe(!(await isLegacyRequest(request, body)));
    }),
    { numRuns: 1000 },
  );
});
