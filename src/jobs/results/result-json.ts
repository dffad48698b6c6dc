import { z } from "zod";

/** A JSON object of unknown make. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The object that a file holds, or why there is none. */
export type JsonReading =
  | { readonly ok: true; readonly object: JsonObject }
  | { readonly ok: false; readonly problem: "empty" | "not_json" | "not_an_object" };

/** Why a file holds no object. */
export type JsonProblem = Extract<JsonReading, { ok: false }>["problem"];

/** After "the file is". */
export const jsonProblemText: Readonly<Record<JsonProblem, string>> = {
  empty: "empty",
  not_json: "not JSON",
  not_an_object: "JSON, but not an object",
};

/** The JSON object that a result file holds. Never throws. */
export function readResultJson(bytes: Uint8Array): JsonReading {
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === "") return { ok: false, problem: "empty" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: "not_json" };
  }
  return isObject(value) ? { ok: true, object: value } : { ok: false, problem: "not_an_object" };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/*
 * Pieces of the schemas for result files. Every field is optional, and one that has another form costs only itself:
 * the model of these files is not published.
 */

/** A text; absent where it is something else. */
export const optionalText = z.string().optional().catch(undefined);

/** A number that is 0 or more: a count, an index, milliseconds. */
export const optionalAmount = z.number().nonnegative().optional().catch(undefined);

/** AWS writes some ids as numbers and some as texts. */
export const optionalId = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);

/** An object with these fields; without any where it is something else. */
export function optionalObject<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.looseObject(shape).optional().catch(undefined);
}

/** A list of whatever; empty where it is none. Its items are read one by one, so that a bad one costs only itself. */
export const list = z.array(z.unknown()).catch([]);

/** The items of a list that fit the schema. */
export function itemsOf<Item extends z.ZodType>(items: readonly unknown[], schema: Item): z.output<Item>[] {
  return items.flatMap((item) => {
    const reading = schema.safeParse(item);
    return reading.success ? [reading.data] : [];
  });
}
