import { cleanText, quoteText } from "../quote.ts";
import { isDoubtful } from "./field-summary.ts";
import { type Field, type FieldNode, fieldsOf, isEmpty } from "./fields.ts";

const maxName = 200;
const maxPath = 400;

/**
 * The fields as nested as AWS has them, each value as `{ value, confidence }` with `doubtful` or `empty` where that
 * is so. A group or list with a confidence of its own is `{ value, confidence }` too. Names and texts are cleaned.
 */
export function fieldTree(node: FieldNode, confidenceBelow: number): unknown {
  const sure = node.confidence === undefined ? {} : { confidence: node.confidence };
  if (node.kind === "value") {
    const field: Field = { path: "", ...node };
    return {
      ...(node.value === undefined || isEmpty(field) ? {} : { value: cleaned(node.value) }),
      ...sure,
      ...(isDoubtful(field, confidenceBelow) ? { doubtful: true } : {}),
      ...(isEmpty(field) ? { empty: true } : {}),
      ...(node.tooDeep ? { tooDeep: true } : {}),
    };
  }
  const value =
    node.kind === "list"
      ? node.items.map((item) => fieldTree(item, confidenceBelow))
      : Object.fromEntries(named(node.fields, confidenceBelow));
  return node.confidence === undefined ? value : { value, ...sure };
}

/** Names that become equal when they are cleaned are told apart, so that no field hides another. */
function named(
  fields: readonly (readonly [string, FieldNode])[],
  confidenceBelow: number,
): Map<string, unknown> {
  const result = new Map<string, unknown>();
  for (const [given, node] of fields) {
    const name = cleanText(given, maxName);
    let unique = name;
    for (let copy = 2; result.has(unique); copy += 1) unique = `${name} (${copy})`;
    result.set(unique, fieldTree(node, confidenceBelow));
  }
  return result;
}

/** The fields one a line, names and texts as quotations: `"Total" = 119 (0.95)`. */
export function fieldLines(root: FieldNode, confidenceBelow: number): string {
  return [...fieldsOf(root)].map((field) => fieldLine(field, confidenceBelow)).join("\n");
}

function fieldLine(field: Field, confidenceBelow: number): string {
  const { path, value, confidence, tooDeep } = field;
  const sure = confidence === undefined ? [] : [String(confidence)];
  const marks = isDoubtful(field, confidenceBelow) ? [...sure, "doubtful"] : sure;
  const said = tooDeep
    ? "is nested too deep to show"
    : isEmpty(field)
      ? "is empty"
      : `= ${typeof value === "string" ? quoteText(value, Number.POSITIVE_INFINITY) : String(value)}`;
  return `${quoteText(path, maxPath)} ${said}${marks.length === 0 ? "" : ` (${marks.join(", ")})`}`;
}

function cleaned(value: string | number | boolean): string | number | boolean {
  return typeof value === "string" ? cleanText(value, Number.POSITIVE_INFINITY, { lines: "keep" }) : value;
}
