import { z } from "zod";
import type { Tool } from "../tools/tool.ts";
import { type Icon, pngIcon } from "./icon.ts";

/** A tool as `tools/list` shows it, in every protocol revision. */
export interface ToolDescription {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: { readonly type: "object"; readonly [key: string]: unknown };
  readonly outputSchema?: { readonly type: "object"; readonly [key: string]: unknown };
  readonly annotations: Tool["annotations"] & { readonly title: string };
  readonly execution?: { readonly taskSupport: "optional" };
  /** Absent for clients that do not know them. */
  readonly icons?: Icon[];
}

export function describeTool(tool: Tool): ToolDescription {
  const { name, title, description, annotations, icon } = tool;
  return {
    name,
    title,
    description,
    inputSchema: jsonSchema(tool.inputSchema, "input"),
    ...(tool.outputIsListed && { outputSchema: jsonSchema(tool.outputSchema, "output") }),
    annotations: { title, ...annotations },
    ...(tool.taskSupport === undefined ? {} : { execution: { taskSupport: tool.taskSupport } }),
    icons: [pngIcon(icon, 16)],
  };
}

function jsonSchema(schema: z.ZodObject, io: "input" | "output"): ToolDescription["inputSchema"] {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema: made }) => shorten(made),
  });
  return { ...rest, type: "object" };
}

/**
 * Takes out what only costs the model tokens: MCP's default dialect is the one that zod writes, and an open object is
 * what JSON Schema assumes anyway. Bounds stand in the descriptions: clients that check arguments themselves would keep
 * a miss from us, with our words for it, and a model's strict mode refuses a schema that has any.
 */
function shorten(schema: z.core.JSONSchema.BaseSchema): void {
  for (const key of ["minimum", "maximum", "minItems", "maxItems"] as const) delete schema[key];
  for (const key of ["additionalProperties", "properties"] as const)
    if (Object.keys(Object(schema[key])).length === 0) delete schema[key];
}
