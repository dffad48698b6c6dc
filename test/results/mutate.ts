import fc from "fast-check";

/** One change to a JSON value, at a place chosen by `path`: at every level the n-th child, round and round. */
export interface Mutation {
  readonly path: readonly number[];
  readonly change:
    | { readonly kind: "replace"; readonly value: unknown }
    | { readonly kind: "remove" }
    | { readonly kind: "wrap" }
    | { readonly kind: "repeat"; readonly times: number }
    | { readonly kind: "rename"; readonly name: string };
}

/** Stands for a number in JSON that is beyond those of JavaScript: nothing can write it but by hand. */
export const tooLarge = "stands for 1e999";

/** Values that have no business where they are put. */
const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    " ",
    0,
    -1,
    1e308,
    0.5,
    tooLarge,
    true,
    [],
    {},
    [[]],
    "NO_MATCH",
    "FALLBACK",
    "VIDEO",
    "\ud800",
  ),
  fc.constantFrom<unknown>(
    "s3://another-bucket/x",
    "s3://example-results-bucket/../x",
    { confidence: 0.2 },
    { confidence: "0.2", value: { value: 1 } },
    JSON.parse('{"__proto__":{"confidence":1},"constructor":"x","toString":null}'),
  ),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.jsonValue({ maxDepth: 3 }),
);

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  path: fc.array(fc.nat(12), { minLength: 1, maxLength: 8 }),
  change: fc.oneof(
    fc.record({ kind: fc.constant("replace" as const), value: strange }),
    fc.record({ kind: fc.constant("remove" as const) }),
    fc.record({ kind: fc.constant("wrap" as const) }),
    fc.record({ kind: fc.constant("repeat" as const), times: fc.integer({ min: 2, max: 30 }) }),
    fc.record({
      kind: fc.constant("rename" as const),
      name: fc.oneof(fc.constantFrom("__proto__", "confidence", "value", ""), fc.string({ maxLength: 12 })),
    }),
  ),
});

/** A copy of the value with the changes made, one after the other. */
export function mutated(value: unknown, mutations: readonly Mutation[]): unknown {
  return mutations.reduce((current, one) => changed(current, one.path, one.change), value);
}

function changed(value: unknown, path: readonly number[], change: Mutation["change"]): unknown {
  const [turn, ...rest] = path;
  if (turn === undefined || typeof value !== "object" || value === null) return applied(value, change);
  const entries = Object.entries(value);
  const at = entries.length === 0 ? 0 : turn % entries.length;
  const next = entries.flatMap(([name, child], index): [string, unknown][] => {
    if (index !== at) return [[name, child]];
    const isLast = rest.length === 0 || typeof child !== "object" || child === null;
    if (isLast && change.kind === "remove") return [];
    if (isLast && change.kind === "rename") return [[change.name, child]];
    if (isLast && change.kind === "repeat" && Array.isArray(value)) {
      return Array.from({ length: change.times }, (_, copy): [string, unknown] => [`${name}-${copy}`, child]);
    }
    return [[name, changed(child, rest, change)]];
  });
  return Array.isArray(value) ? next.map(([, child]) => child) : Object.fromEntries(next);
}

function applied(value: unknown, change: Mutation["change"]): unknown {
  switch (change.kind) {
    case "replace":
      return change.value;
    case "wrap":
      return [value];
    case "repeat":
      return Array(change.times).fill(value);
    default:
      return value;
  }
}
