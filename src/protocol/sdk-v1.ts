import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import type { Clock, Log } from "../ports.ts";
import { product } from "../product.ts";
import type { Catalogue } from "../tools/catalogue.ts";
import type { Tool, ToolAnswer } from "../tools/tool.ts";
import { callTool } from "./call-tool.ts";
import { describeTool, type ToolDescription } from "./describe-tools.ts";

export interface ServerParts {
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly log: Log;
}

/** Under this key of `_meta` a failed call says in facts what its text says in words. */
export const failureMetaKey = `${product.name}/failure`;

/**
 * Offers the catalogue through `@modelcontextprotocol/sdk`: protocol revisions 2024-11-05 to 2025-11-25. The
 * returned function makes a server for one connection (or, over stateless HTTP, one request) and is cheap; what all
 * of them share is made once, here.
 */
export function sdkV1Servers(parts: ServerParts): (connection: { readonly caller: string }) => Server {
  const { catalogue } = parts;
  const tools = new Map<string, Tool>(catalogue.tools.map((tool) => [tool.name, tool]));
  let descriptions: readonly ToolDescription[] | undefined;
  const describeAll = () => {
    descriptions ??= catalogue.tools.map(describeTool);
    return descriptions;
  };

  return ({ caller }) => {
    const server = new Server(
      { name: product.name, version: product.version, title: product.title },
      {
        capabilities: { tools: {} },
        instructions: catalogue.instructions,
        jsonSchemaValidator: noElicitation,
      },
    );
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...describeAll()] }));
    server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
      const tool = tools.get(params.name);
      if (tool === undefined) {
        const known = [...tools.keys()].join(", ");
        throw new McpError(
          ErrorCode.InvalidParams,
          `There is no tool of this name. The tools are: ${known}.`,
        );
      }
      const progressToken = params._meta?.progressToken;
      const context = {
        signal: extra.signal,
        caller,
        reportProgress: (progress: object) => {
          if (progressToken === undefined || extra.signal.aborted) return;
          extra
            .sendNotification({
              method: "notifications/progress",
              params: { progressToken, progress: 0, ...progress },
            })
            .catch(() => parts.log.debug("a progress notification could not be sent"));
        },
      };
      return toResult(await callTool(tool, params.arguments, context, parts));
    });
    server.onerror = (error) => parts.log.debug("MCP message not handled", { reason: error.name });
    return server;
  };
}

function toResult(answer: ToolAnswer): CallToolResult {
  const content: CallToolResult["content"] = [{ type: "text", text: answer.text }];
  return answer.isError
    ? { isError: true, content, _meta: { [failureMetaKey]: answer.failure } }
    : { content, structuredContent: { ...answer.structuredContent } };
}

/** Only answers to elicitations are validated by it, and this server makes none. The SDK's default compiles schemas. */
const noElicitation = {
  getValidator: () => () => ({
    valid: false as const,
    data: undefined,
    errorMessage: "This server asks for no input.",
  }),
};
