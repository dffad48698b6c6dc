import { isObject } from "./result-json.ts";

/** A value as AWS extracted it. Texts are from outside. */
export type FieldValue = string | number | boolean;

/**
 * `inference_result` with what `explainability_info` says beside each value. Names and texts are from outside.
 * `confidence` is AWS's, from 0 to 1; images and audio may have none at all (reference §4).
 */
export type FieldNode =
  /** Without a value where AWS found none. */
  | {
      readonly kind: "value";
      readonly value?: FieldValue;
      readonly confidence?: number;
      readonly tooDeep?: true;
    }
  | {
      readonly kind: "group";
      readonly fields: readonly (readonly [string, FieldNode])[];
      readonly confidence?: number;
    }
  | { readonly kind: "list"; readonly items: readonly FieldNode[]; readonly confidence?: number };

/** Deeper nesting is told, not walked: no blueprint has it, and a stack has an end. */
const maxDepth = 32;

/** The fields of a segment. Never throws, whatever the two hold. */
export function readFields(inferenceResult: unknown, explainabilityInfo: unknown): FieldNode {
  const explanations = Array.isArray(explainabilityInfo) ? explainabilityInfo : [explainabilityInfo];
  // One object is what has been seen; were there more, none of them is to be lost.
  const merged = Object.fromEntries(explanations.filter(isObject).flatMap((one) => Object.entries(one)));
  const root = isObject(inferenceResult) || Array.isArray(inferenceResult) ? inferenceResult : {};
  return walk(root, merged, 0);
}

function walk(value: unknown, explanation: unknown, depth: number): FieldNode {
  const confidence = confidenceOf(explanation);
  const sure = confidence === undefined ? {} : { confidence };
  if (depth > maxDepth) return { kind: "value", tooDeep: true, ...sure };
  if (value === undefined && isObject(explanation)) {
    // AWS explains a field that it does not list: what it says there is all there is.
    const inner = isValueExplanation(explanation)
      ? walk(explanation.value ?? null, undefined, depth)
      : walk({}, explanation, depth);
    return { ...inner, ...sure };
  }
  if (value === undefined && Array.isArray(explanation)) return walk([], explanation, depth);
  if (Array.isArray(value)) {
    const explained: readonly unknown[] = Array.isArray(explanation) ? explanation : [];
    const length = Math.max(value.length, explained.length);
    if (length === 0) return { kind: "value", ...sure };
    const items = Array.from({ length }, (_, index) => walk(value[index], explained[index], depth + 1));
    return { kind: "list", items, ...sure };
  }
  if (isObject(value)) {
    const explained = isObject(explanation) ? explanation : {};
    const names = new Set(Object.keys(value));
    if (!isValueExplanation(explained)) for (const name of Object.keys(explained)) names.add(name);
    if (names.size === 0 && depth > 0) return { kind: "value", ...sure };
    const fields = [...names].map(
      (name) => [name, walk(own(value, name), own(explained, name), depth + 1)] as const,
    );
    return { kind: "group", fields, ...sure };
  }
  if (typeof value === "number") {
    // `1e999` is JSON, and has no number here: as one, it would leave as null.
    return { kind: "value", value: Number.isFinite(value) ? value : String(value), ...sure };
  }
  return typeof value === "string" || typeof value === "boolean"
    ? { kind: "value", value, ...sure }
    : { kind: "value", ...sure };
}

/** `__proto__` and its like are names as any other here. */
function own(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function confidenceOf(explanation: unknown): number | undefined {
  const confidence = isObject(explanation) ? own(explanation, "confidence") : undefined;
  return typeof confidence === "number" && Number.isFinite(confidence) ? confidence : undefined;
}

/** Whether this explains one value. Otherwise it is a group, whose fields may well be called `value` or `confidence`. */
function isValueExplanation(explanation: Readonly<Record<string, unknown>>): boolean {
  return (
    confidenceOf(explanation) !== undefined ||
    typeof own(explanation, "success") === "boolean" ||
    (typeof own(explanation, "type") === "string" && Object.hasOwn(explanation, "value"))
  );
}

/** A value with its place, like `Line items[0].Unit price`. */
export interface Field {
  readonly path: string;
  readonly value?: FieldValue;
  readonly confidence?: number;
  readonly tooDeep?: true;
}

/** Every value, in AWS's order. A group or list that has a confidence of its own gives it to the values without one. */
export function* fieldsOf(node: FieldNode, path = "", inherited?: number): Generator<Field> {
  const confidence = node.confidence ?? inherited;
  if (node.kind === "value") {
    const { kind: _, ...rest } = node;
    yield { path, ...rest, ...(confidence === undefined ? {} : { confidence }) };
  } else if (node.kind === "list") {
    for (const [index, item] of node.items.entries()) yield* fieldsOf(item, `${path}[${index}]`, confidence);
  } else {
    for (const [name, field] of node.fields) {
      yield* fieldsOf(field, path === "" ? name : `${path}.${name}`, confidence);
    }
  }
}

/** Whether AWS found nothing for this field. */
export function isEmpty({ value, tooDeep }: Field): boolean {
  if (tooDeep) return false;
  return value === undefined || (typeof value === "string" && value.trim() === "");
}
