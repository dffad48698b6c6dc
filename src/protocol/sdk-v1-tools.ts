import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import type { CallOrigin } from "../observer.ts";
import type { Tool, ToolProgress } from "../tools/tool.ts";
import { callTool } from "./call-tool.ts";
import { describeTool, type ToolDescription } from "./describe-tools.ts";
import { firstRevisionWithIcons } from "./icon.ts";
import { errorCodes, ProtocolError } from "./protocol-error.ts";
import type { ServerParts } from "./sdk-v1.ts";
import { answerTo } from "./sdk-v1-server.ts";
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
    answerTo(CallToolRequestSchema, async ({ params }, extra, { caller, canNotify }) => {
      const tool = toolFor(caller, tools, params.name);
      if (params.task !== undefined) {
        // MCP wants this code, though the method is there.
        if (tool.taskSupport === undefined) {
          throw new ProtocolError(errorCodes.methodNotFound, `${tool.name} cannot be called as a task.`);
        }
        return startTask(catalogue.tasks, params.arguments ?? {}, params.task.ttl, caller);
      }
      const progressToken = params._meta?.progressToken;
      const reportProgress = (progress: ToolProgress) => {
        if (progressToken === undefined || extra.signal.aborted) return;
        extra
          .sendNotification({ method: "notifications/progress", params: { progressToken, ...progress } })
          .catch(() => log.debug("a progress notification could not be sent"));
      };
      const origin: CallOrigin = {
        transport: canNotify ? "stdio" : "http",
        requestId: extra.requestId,
        meta: params._meta,
        header: (name) => extra.requestInfo?.headers[name],
      };
      const context = { signal: extra.signal, caller, reportProgress, origin };
      return toResult(await callTool(tool, params.arguments, context, parts));
    }),
  ];
}
