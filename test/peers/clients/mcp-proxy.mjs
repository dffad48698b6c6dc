// @ts-check
// What npm has of FastMCP is a framework for servers; the client in it is mcp-proxy's, which puts a server of stdio
// behind HTTP.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { fromResult, report, statusTool } from "../../clients/probe.ts";

const proxy = fileURLToPath(new URL("../node_modules/mcp-proxy/dist/bin/mcp-proxy.mjs", import.meta.url));

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" ? address?.port : undefined;
}

await report(async (target) => {
  if ("url" in target) throw new Error("mcp-proxy starts servers, and calls none over HTTP");
  const port = String(await freePort());
  const child = spawn(
    process.execPath,
    [proxy, "--host", "127.0.0.1", "--port", port, "--", target.command, ...target.args],
    { env: target.env, stdio: ["ignore", "pipe", "ignore"] },
  );
  for await (const line of child.stdout) if (/starting server|started/i.test(String(line))) break;
  const client = new Client({ name: "probe", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`)));
  const { tools } = await client.listTools();
  return {
    tools: tools.map(({ name }) => name),
    status: async (invocationArn) =>
      fromResult(await client.callTool({ name: statusTool, arguments: { invocationArn } })),
    close: async () => {
      await client.close();
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
});
