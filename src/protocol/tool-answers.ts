import { product } from "../product.ts";
import type { Tool, ToolAnswer } from "../tools/tool.ts";
import { errorCodes, ProtocolError } from "./protocol-error.ts";

/** Under this key of `_meta` a failed call says in facts what its text says in words. */
export const failureMetaKey = `${product.name}/failure`;

/** `CallToolResult`, as every protocol revision has it. */
export interface ToolResult {
  readonly content: { type: "text"; text: string }[];
  readonly structuredContent?: Record<string, unknown>;
  readonly isError?: true;
  readonly _meta?: Record<string, unknown>;
  readonly [key: string]: unknown;
}

/** @throws ProtocolError that names the tools there are */
export function toolNamed(tools: ReadonlyMap<string, Tool>, name: string): Tool {
  const tool = tools.get(name);
  if (tool !== undefined) return tool;
  const known = [...tools.keys()].join(", ");
  throw new ProtocolError(
    errorCodes.invalidParams,
    `There is no tool of this name. The tools are: ${known}.`,
  );
}

export function toResult(answer: ToolAnswer): ToolResult {
  const content: ToolResult["content"] = [{ type: "text", text: answer.text }];
  return answer.isError
    ? { isError: true, content, _meta: { [failureMetaKey]: answer.failure } }
    : { content, structuredContent: { ...answer.structuredContent } };
}
