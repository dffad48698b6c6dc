// @ts-check
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { McpClient } from "@strands-agents/sdk";
import { report, statusTool } from "../../clients/probe.ts";

await report(async (target) => {
  const client = new McpClient(
    "url" in target ? target : { transport: new StdioClientTransport({ ...target, stderr: "ignore" }) },
  );
  const tools = await client.listTools();
  const status = tools.find(({ name }) => name === statusTool);
  return {
    tools: tools.map(({ name }) => name),
    status: async (invocationArn) => {
      const toolUse = { name: statusTool, toolUseId: "1", input: { invocationArn } };
      const { value } = await status.stream({ toolUse, agent: undefined }).next();
      return { text: value.content.map(({ text }) => text).join("\n"), isError: value.status === "error" };
    },
    close: () => client.disconnect(),
  };
});
