// @ts-check
import { getMcpCallToolContent, MCPClient } from "@mastra/mcp";
import { fromResult, report, statusTool } from "../../clients/probe.ts";

await report(async (target) => {
  const client = new MCPClient({
    servers: { jobs: "url" in target ? { url: new URL(target.url) } : { ...target, stderr: "ignore" } },
  });
  const tools = await client.listTools();
  return {
    tools: Object.keys(tools),
    status: async (invocationArn) => {
      const output = await tools[`jobs_${statusTool}`]?.execute?.({ invocationArn }, {});
      const content = getMcpCallToolContent(output);
      return content === undefined
        ? { text: JSON.stringify(output), isError: true }
        : fromResult({ content, structuredContent: output });
    },
    close: () => client.disconnect(),
  };
});
