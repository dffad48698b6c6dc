// @ts-check
import { MCPToolset } from "@google/adk";
import { fromResult, report, statusTool } from "../../clients/probe.ts";

await report(async (target) => {
  const toolset = new MCPToolset(
    "url" in target
      ? { type: "StreamableHTTPConnectionParams", url: target.url }
      : { type: "StdioConnectionParams", serverParams: { ...target, stderr: "ignore" } },
  );
  const tools = await toolset.getTools();
  const status = tools.find(({ name }) => name === statusTool);
  return {
    // As they are declared to Gemini, in its own form of schema.
    tools: tools.map((tool) => tool._getDeclaration().name),
    status: async (invocationArn) =>
      fromResult(await status.runAsync({ args: { invocationArn }, toolContext: {} })),
    close: () => toolset.close(),
  };
});
