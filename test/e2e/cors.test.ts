import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { overHttp, testKeys } from "../support/server-process.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const origin = "https://app.example";
const token = "a-token-of-some-length";
const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };

describe.each([...runtimes, ...builtRuntimes])("a page in a browser, on %s", (runtime) => {
  test("asks beforehand without a token, and may read what a client of MCP has to", async () => {
    await using server = await overHttp(runtime, ["--allowed-origin", origin], {
      ...testKeys,
      BDA_MCP_AUTH_TOKEN: token,
    });
    const asked = await fetch(server.url, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,mcp-protocol-version",
      },
    });
    expect([asked.status, asked.headers.get("access-control-allow-origin")]).toEqual([204, origin]);
    expect(asked.headers.get("access-control-allow-methods")).toContain("POST");
    for (const name of ["Authorization", "Content-Type", "Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name"]) {
      expect(asked.headers.get("access-control-allow-headers")).toContain(name);
    }

    const post = (headers: Record<string, string>) =>
      fetch(server.url, { method: "POST", headers: { ...json, ...headers }, body });
    const answers = [
      [200, await post({ origin, authorization: `Bearer ${token}` })],
      [401, await post({ origin })],
    ] as const;
    for (const [status, answer] of answers) {
      expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([status, origin]);
      expect(answer.headers.get("vary")).toMatch(/origin/i);
      for (const name of ["WWW-Authenticate", "Retry-After", "Mcp-Session-Id"]) {
        expect(answer.headers.get("access-control-expose-headers")).toContain(name);
      }
      await answer.text();
    }

    for (const strange of ["https://evil.example", "null", `${origin}.evil.example`]) {
      const refused = await post({ origin: strange, authorization: `Bearer ${token}` });
      expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([403, null]);
    }
    const noPage = await post({ authorization: `Bearer ${token}` });
    expect([noPage.status, noPage.headers.get("access-control-allow-origin")]).toEqual([200, null]);
  });
});
