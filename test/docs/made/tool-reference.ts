import { z } from "zod";
import { type Catalogue, createCatalogue } from "../../../src/tools/catalogue.ts";
import { watcherOf } from "../../support/watcher-of.ts";
import { answerNotes, fieldNotes } from "./field-notes.ts";
import { closed, code, prose, row, table } from "./markdown.ts";

/** What of JSON Schema the tools use. */
interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
}

export interface Field {
  readonly tool: string;
  /** With `[]` where it is a list: `segments[].outcome`. */
  readonly path: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** The real catalogue, over services that are never called. */
export function catalogue(): Catalogue {
  return createCatalogue({
    watcher: watcherOf(() => Promise.reject()),
    results: { store: { getObject: () => Promise.reject() }, maxBytes: 1, allowedBuckets: [] },
    now: () => 0,
    random: () => 0,
  });
}

/** Every field of a tool's answers, nested ones too. */
export function answerFields(): Field[] {
  return catalogue().tools.flatMap((tool) =>
    fieldsOf(tool.name, z.toJSONSchema(tool.outputSchema) as JsonSchema),
  );
}

/** What the reference says of a field; nothing where nobody has written it down. */
export function noteOf({ tool, path, schema }: Field): string | undefined {
  return fieldNotes[`${tool}.${path}`] ?? fieldNotes[path] ?? schema.description ?? schema.items?.description;
}

export function toolReference(): string {
  return catalogue()
    .tools.map((tool) => {
      const { name, description } = tool;
      const given = fieldsOf(name, z.toJSONSchema(tool.inputSchema, { io: "input" }) as JsonSchema).map(
        ({ path, schema, required }) =>
          row(code(path), kindOf(schema), required ? "yes" : usualOf(schema), schema.description ?? ""),
      );
      const answered = fieldsOf(name, z.toJSONSchema(tool.outputSchema) as JsonSchema).map((field) =>
        row(
          code(field.path),
          kindOf(field.schema),
          field.required ? "always" : "where known",
          noteOf(field) ?? "",
        ),
      );
      return [
        `#### ${code(name)}`,
        prose(description),
        table(["argument", "type", "required", "what"], given),
        closed(answerNotes[name] ?? "The answer", table(["field", "type", "present", "what"], answered)),
      ].join("\n\n");
    })
    .join("\n\n");
}

export function resourceReference(): string {
  const { resources, resourceTemplates, prompts } = catalogue();
  return table(
    ["kind", "name", "what"],
    [
      ...resourceTemplates.map(({ uriTemplate, description }) =>
        row("resource template", code(uriTemplate), description),
      ),
      ...resources.map(({ uri, description }) => row("resource", code(uri), description)),
      ...prompts.map(({ name, arguments: wanted, description }) =>
        row("prompt", code(`${name}(${wanted.map((argument) => argument.name).join(", ")})`), description),
      ),
    ],
  );
}

function fieldsOf(tool: string, schema: JsonSchema, before = ""): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${before}${name}${field.items === undefined ? "" : "[]"}`;
    const required = schema.required?.includes(name) ?? false;
    return [{ tool, path, schema: field, required }, ...fieldsOf(tool, field.items ?? field, `${path}.`)];
  });
}

function kindOf(schema: JsonSchema): string {
  const one = schema.items ?? schema;
  const kind = one.enum?.map(code).join(", ") ?? one.type ?? "any";
  const [least, most] =
    schema.items === undefined ? [schema.minimum, schema.maximum] : [schema.minItems, schema.maxItems];
  if (least === undefined && most === undefined) return kind;
  return `${kind}, ${least} to ${most}${schema.items === undefined ? "" : " of them"}`;
}

function usualOf(schema: JsonSchema): string {
  return schema.default === undefined ? "no" : `no: ${code(String(schema.default))}`;
}
