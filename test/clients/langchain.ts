import { MultiServerMCPClient } from "@langchain/mcp-adapters";
import { report, statusTool } from "./probe.ts";

await report(async (target) => {
  const client = new MultiServerMCPClient({
    mcpServers: {
      jobs:
        "url" in target
          ? { transport: "http", url: target.url }
          : { transport: "stdio", ...target, stderr: "ignore" },
    },
  });
  const tools = await client.getTools();
  const status = tools.find(({ name }) => name === statusTool);
  return {
    tools: tools.map(({ name }) => name),
    status: async (invocationArn) => {
      const message = await status?.invoke({
        type: "tool_call",
        id: "1",
        name: statusTool,
        args: { invocationArn },
      });
      const artifacts: readonly { readonly type: string; readonly data: unknown }[] = message.artifact;
      return {
        text: message.text,
        structured: artifacts.find(({ type }) => type === "mcp_structured_content")?.data,
      };
    },
    close: () => client.close(),
  };
});
