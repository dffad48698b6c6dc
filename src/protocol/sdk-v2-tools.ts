import type { ServerContext } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Tool, ToolProgress } from "../tools/tool.ts";
import { answerOf, callTool } from "./call-tool.ts";
import { describeTool } from "./describe-tools.ts";
import { observed } from "./observed.ts";
import type { Connection, ServerParts } from "./sdk-v1.ts";
import { fixedResult, originOfV2, type SdkV2Server } from "./sdk-v2-server.ts";
import { speaksTasks, taskInstead } from "./sdk-v2-tasks.ts";
import { toolFor, toolsOf, toResult } from "./tool-answers.ts";

const callParams = z.looseObject({
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()).optional(),
});

/** Makes what every server needs to list and call the tools; the returned function gives it to one. */
export function toolOfferV2(parts: ServerParts): (server: SdkV2Server, connection: Connection) => void {
  const { catalogue, log } = parts;
  const tools = new Map<string, Tool>(catalogue.tools.map((tool) => [tool.name, tool]));
  let described: object[] | undefined;

  return (server, { caller, canNotify }) => {
    server.answer("tools/list", z.unknown(), () => {
      // Which tools can go on as tasks is not said in this revision: the server decides.
      described ??= catalogue.tools.map((tool) => {
        const { execution: _, ...description } = describeTool(tool);
        return description;
      });
      const cacheScope = caller.scopes === undefined ? fixedResult.cacheScope : "private";
      return { tools: toolsOf(caller, catalogue.tools, described), ...fixedResult, cacheScope };
    });
    server.answer("tools/call", callParams, async (params, context) => {
      const tool = toolFor(caller, tools, params.name);
      const { signal } = context.mcpReq;
      const reportProgress = progressTo(context, () =>
        log.debug("a progress notification could not be sent"),
      );
      const call = { signal, caller, reportProgress };
      const origin = originOfV2(context, canNotify);
      if (tool.taskSupport === undefined || !speaksTasks(context))
        return toResult(await callTool(tool, params.arguments, { ...call, origin }, parts));
      const start = { ...origin, method: "tools/call", tool: tool.name };
      return observed(start, caller, parts, async (notes) => {
        const task = await taskInstead(catalogue.tasks, params.arguments ?? {}, { caller, notes, signal });
        return task ?? toResult(await answerOf(tool, params.arguments, { ...call, notes }, log));
      });
    });
  };
}

function progressTo({ mcpReq }: ServerContext, onLost: () => void): (progress: ToolProgress) => void {
  const progressToken = mcpReq._meta?.progressToken;
  return (progress) => {
    if (progressToken === undefined || mcpReq.signal.aborted) return;
    mcpReq.notify({ method: "notifications/progress", params: { progressToken, ...progress } }).catch(onLost);
  };
}
