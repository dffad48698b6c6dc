import { createMCPClient } from "@ai-sdk/mcp";
import { StdioMCPTransport } from "@ai-sdk/mcp/mcp-stdio";
import { fromResult, report, statusTool } from "./probe.ts";

await report(async (target) => {
  const client = await createMCPClient({
    transport:
      "url" in target
        ? { type: "http", url: target.url }
        : new StdioMCPTransport({ ...target, stderr: "ignore" }),
  });
  const tools = await client.tools();
  return {
    tools: Object.keys(tools),
    status: async (invocationArn) =>
      fromResult(
        await tools[statusTool]?.execute({ invocationArn }, { toolCallId: "1", messages: [], context: {} }),
      ),
    close: () => client.close(),
  };
});
