import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { fromResult, report, statusTool } from "./probe.ts";

await report(async (target) => {
  const client = new Client({ name: "probe", version: "1" });
  const transport =
    "url" in target
      ? new StreamableHTTPClientTransport(new URL(target.url))
      : new StdioClientTransport({ ...target, stderr: "ignore" });
  // The SDK's own types disagree under exactOptionalPropertyTypes.
  await client.connect(transport as unknown as Parameters<Client["connect"]>[0]);
  const { tools } = await client.listTools();
  return {
    tools: tools.map(({ name }) => name),
    status: async (invocationArn) =>
      fromResult(await client.callTool({ name: statusTool, arguments: { invocationArn } })),
    close: () => client.close(),
  };
});
