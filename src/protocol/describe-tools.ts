import { z } from "zod";
import type { Tool } from "../tools/tool.ts";

/** A tool as `tools/list` shows it, in every protocol revision. */
export interface ToolDescription {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: { readonly type: "object"; readonly [key: string]: unknown };
  readonly outputSchema: { readonly type: "object"; readonly [key: string]: unknown };
  readonly annotations: Tool["annotations"] & { readonly title: string };
  readonly execution?: { readonly taskSupport: "optional" };
}

export function describeTool(tool: Tool): ToolDescription {
  const { name, title, description, annotations } = tool;
  return {
    name,
    title,
    description,
    inputSchema: jsonSchema(tool.inputSchema, "input"),
    outputSchema: jsonSchema(tool.outputSchema, "output"),
    annotations: { title, ...annotations },
    ...(tool.taskSupport === undefined ? {} : { execution: { taskSupport: tool.taskSupport } }),
  };
}

/** MCP's default dialect is the one that zod writes, so `$schema` only costs the model tokens. */
function jsonSchema(schema: z.ZodObject, io: "input" | "output"): ToolDescription["inputSchema"] {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return { ...withoutEmptyObjects(rest), type: "object" };
}

/** zod writes an open object as `additionalProperties: {}`, which is what JSON Schema assumes anyway. */
function withoutEmptyObjects(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema)
      .filter(
        ([key, value]) =>
          !(key === "additionalProperties" && isObject(value) && Object.keys(value).length === 0),
      )
      .map(([key, value]) => [key, isObject(value) ? withoutEmptyObjects(value) : value]),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
