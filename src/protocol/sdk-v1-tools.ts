import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import type { Tool, ToolProgress } from "../tools/tool.ts";
import { callTool } from "./call-tool.ts";
import { describeTool, type ToolDescription } from "./describe-tools.ts";
import { firstRevisionWithIcons } from "./icon.ts";
import { observed } from "./observed.ts";
import { errorCodes, ProtocolError } from "./protocol-error.ts";
import type { ServerParts } from "./sdk-v1.ts";
import { answerTo, originOf } from "./sdk-v1-server.ts";
import { startTask } from "./sdk-v1-tasks.ts";
import { toolFor, toolsOf, toResult } from "./tool-answers.ts";

export function toolAnswers(parts: ServerParts) {
  const { catalogue, log } = parts;
  const tools = new Map<string, Tool>(catalogue.tools.map((tool) => [tool.name, tool]));
  let described: ToolDescription[] | undefined;
  let withoutIcons: ToolDescription[] | undefined;

  return [
    answerTo(ListToolsRequestSchema, (_request, { requestInfo }, { caller, revision }) => {
      described ??= catalogue.tools.map(describeTool);
      withoutIcons ??= described.map(({ icons: _, ...description }) => description);
      const asked = revision ?? requestInfo?.headers["mcp-protocol-version"] ?? "";
      const told = asked < firstRevisionWithIcons ? withoutIcons : described;
      return { tools: toolsOf(caller, catalogue.tools, told) };
    }),
    answerTo(CallToolRequestSchema, async ({ params }, extra, connection) => {
      const { caller } = connection;
      const tool = toolFor(caller, tools, params.name);
      const origin = originOf(extra, connection);
      const { task } = params;
      if (task !== undefined) {
        const start = { ...origin, method: "tools/call", tool: tool.name };
        return observed(start, caller, parts, async (notes) => {
          // MCP wants this code, though the method is there.
          if (tool.taskSupport === undefined) {
            throw new ProtocolError(errorCodes.methodNotFound, `${tool.name} cannot be called as a task.`);
          }
          return startTask(catalogue.tasks, params.arguments ?? {}, task.ttl, { caller, notes });
        });
      }
      const progressToken = params._meta?.progressToken;
      const reportProgress = (progress: ToolProgress) => {
        if (progressToken === undefined || extra.signal.aborted) return;
        extra
          .sendNotification({ method: "notifications/progress", params: { progressToken, ...progress } })
          .catch(() => log.debug("a progress notification could not be sent"));
      };
      const context = { signal: extra.signal, caller, reportProgress, origin };
      return toResult(await callTool(tool, params.arguments, context, parts));
    }),
  ];
}
