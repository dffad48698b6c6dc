import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overHttp, testKeys } from "../support/server-process.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

/** As src/deploy/README.md has them, but for the port: AgentCore's is 8000. */
const settings = { BDA_MCP_HOST: "0.0.0.0", BDA_MCP_BEHIND_AUTH: "true", BDA_MCP_ALLOWED_HOSTS: "*" };
const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";

/**
 * What AgentCore Runtime sends a container of protocol MCP. Source: its developer guide, "MCP protocol contract": POST
 * to /mcp on port 8000, stateless, with session headers of the platform's own that must not be refused.
 */
const headers = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
  host: "localhost.runtime.internal:8000",
  "mcp-session-id": "5f0ad1c4-8d6e-4c53-9c0a-0d2f6a3b7e11",
  "x-amzn-bedrock-agentcore-runtime-session-id": "5f0ad1c4-8d6e-4c53-9c0a-0d2f6a3b7e11",
};

describe.each([...runtimes, ...builtRuntimes])("in AgentCore Runtime on %s", (runtime) => {
  test("the platform's requests are answered: sessions of its own, any host name, no token", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
    await using server = await overHttp(runtime, [], {
      ...testKeys,
      ...settings,
      AWS_ENDPOINT_URL: endpoint.url,
    });
    expect(server.url.hostname).toBe("0.0.0.0");
    const send = (path: string, method: string, params?: object | null) =>
      fetch(`http://127.0.0.1:${server.url.port}${path}`, {
        method: "POST",
        headers,
        body: JSON.stringify({ jsonrpc: "2.0", id: 4, method, ...(params === undefined ? {} : { params }) }),
      });
    const opening = {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "agent", version: "1" },
    };
    const opened = await send("/mcp", "initialize", opening);
    expect([opened.status, await opened.json()]).toMatchObject([
      200,
      { result: { protocolVersion: "2025-11-25" } },
    ]);
    const called = await send("/mcp", "tools/call", {
      name: "get_data_automation_status",
      arguments: { invocationArn: arn },
    });
    expect(await called.json()).toMatchObject({ result: { structuredContent: { status: "Success" } } });
    const asked = [
      ["/mcp", undefined],
      ["/mcp/", undefined],
      ["/mcp/", null],
    ] as const;
    for (const [path, params] of asked) {
      const answer = await send(path, "ping", params);
      expect([path, answer.status, await answer.json()]).toEqual([
        path,
        200,
        { jsonrpc: "2.0", id: 4, result: {} },
      ]);
    }
    const health = await fetch(`http://127.0.0.1:${server.url.port}/ping`, { headers });
    expect(await health.json()).toEqual({ status: "Healthy" });
  });
});
