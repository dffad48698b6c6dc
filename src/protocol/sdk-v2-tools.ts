import type { ServerContext } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { CallOrigin } from "../observer.ts";
import type { Tool, ToolProgress } from "../tools/tool.ts";
import { callTool } from "./call-tool.ts";
import { describeTool } from "./describe-tools.ts";
import type { Connection, ServerParts } from "./sdk-v1.ts";
import { fixedResult, type SdkV2Server } from "./sdk-v2-server.ts";
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
      if (tool.taskSupport !== undefined && speaksTasks(context)) {
        const task = await taskInstead(catalogue.tasks, params.arguments ?? {}, { caller, signal });
        if (task !== undefined) return task;
      }
      const reportProgress = progressTo(context, () =>
        log.debug("a progress notification could not be sent"),
      );
      const origin: CallOrigin = {
        transport: canNotify ? "stdio" : "http",
        requestId: context.mcpReq.id,
        meta: context.mcpReq._meta,
        header: (name) => context.http?.req?.headers.get(name),
      };
      const call = { signal, caller, reportProgress, origin };
      return toResult(await callTool(tool, params.arguments, call, parts));
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
