import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { fromResult, report, statusTool } from "./probe.ts";

await report(async (target) => {
  const client = new Client({ name: "probe", version: "1" });
  const transport =
    "url" in target
      ? new StreamableHTTPClientTransport(new URL(target.url))
      : new StdioClientTransport({ ...target, stderr: "ignore" });
  await client.connect(transport);
  const { tools } = await client.listTools();
  return {
    tools: tools.map(({ name }) => name),
    status: async (invocationArn) =>
      fromResult(await client.callTool({ name: statusTool, arguments: { invocationArn } })),
    close: () => client.close(),
  };
});
