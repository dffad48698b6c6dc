import { type Caller, holdsScope } from "../caller.ts";
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

/** The descriptions of the tools that the caller may call; they stand in the order of `tools`. */
export function toolsOf<T>(caller: Caller, tools: readonly Tool[], described: readonly T[]): T[] {
  return described.filter((_, index) => holdsScope(caller, tools[index]?.scope ?? ""));
}

/** @throws ProtocolError that names the tools there are, or the scope that the caller lacks */
export function toolFor(caller: Caller, tools: ReadonlyMap<string, Tool>, name: string): Tool {
  const tool = tools.get(name);
  if (tool !== undefined && holdsScope(caller, tool.scope)) return tool;
  // Over HTTP it has been refused with 403 before; this holds wherever else a caller has scopes.
  if (tool !== undefined) {
    throw new ProtocolError(errorCodes.insufficientScope, `${name} needs the scope ${tool.scope}.`);
  }
  const known = [...tools.values()].filter(({ scope }) => holdsScope(caller, scope)).map((one) => one.name);
  throw new ProtocolError(
    errorCodes.invalidParams,
    known.length === 0
      ? "There is no tool of this name, and none that your token allows."
      : `There is no tool of this name. The tools are: ${known.join(", ")}.`,
  );
}

export function toResult(answer: ToolAnswer): ToolResult {
  const content: ToolResult["content"] = [{ type: "text", text: answer.text }];
  return answer.isError
    ? { isError: true, content, _meta: { [failureMetaKey]: answer.failure } }
    : { content, structuredContent: { ...answer.structuredContent } };
}
