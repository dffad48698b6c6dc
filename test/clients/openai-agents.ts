import { getAllMcpTools, MCPServerStdio, MCPServerStreamableHttp, RunContext } from "@openai/agents";
import { report, statusTool } from "./probe.ts";

await report(async (target) => {
  const options = { useStructuredContent: true };
  const server =
    "url" in target
      ? new MCPServerStreamableHttp({ ...target, ...options })
      : new MCPServerStdio({ ...target, ...options });
  await server.connect();
  // With strict schemas, as OpenAI's models take them.
  const tools = await getAllMcpTools({ mcpServers: [server], convertSchemasToStrict: true });
  const status = tools.find(({ name }) => name === statusTool);
  return {
    tools: tools.map(({ name }) => name),
    status: async (invocationArn) => {
      if (status?.type !== "function") throw new Error("there is no function");
      const output: unknown = await status.invoke(new RunContext(), JSON.stringify({ invocationArn }));
      // An answer with structured content is given to the model as JSON, an error as a piece of content.
      if (typeof output === "string") return { text: output, structured: JSON.parse(output) };
      return { text: JSON.stringify(output), isError: true };
    },
    close: () => server.close(),
  };
});
