/** What a probe does, one after another. */
export type Step =
  | { readonly do: "get"; readonly callers?: number }
  /** AWS refuses what `get` gave last. */
  | { readonly do: "refused" }
  | { readonly do: "write"; readonly path: string; readonly text: string }
  | { readonly do: "remove"; readonly path: string }
  | { readonly do: "advance"; readonly milliseconds: number }
  | { readonly do: "settings" };
