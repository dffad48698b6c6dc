// @ts-check
import { MCPClient } from "mcp-use/client";
import { fromResult, report, statusTool } from "../../clients/probe.ts";

await report(async (target) => {
  const client = new MCPClient({ mcpServers: { jobs: target } });
  const session = await client.createSession("jobs");
  return {
    tools: session.tools.map(({ name }) => name),
    status: async (invocationArn) => fromResult(await session.callTool(statusTool, { invocationArn })),
    close: () => client.closeAllSessions(),
  };
});
