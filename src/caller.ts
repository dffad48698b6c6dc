/** Who calls. Nothing of one caller (answers, budgets, tasks, jobs asked about) is shown to another. */
export interface Caller {
  /** What callers are told apart by: unique and stable. Empty where there is only one, as on stdio. */
  readonly id: string;
  /** For the log, for people: cleaned and capped, and nothing that lets anyone in. */
  readonly name: string;
  /** What a token grants, like `bda:read`. Absent: everything. */
  readonly scopes?: ReadonlySet<string>;
  /** The claims of a token that was verified: data from its issuer. Absent where there is no such token. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** The one caller there is where nobody has to say who they are. */
export const onlyCaller: Caller = { id: "", name: "" };

/** Whether the caller was granted this scope, or has no need of any. */
export function holdsScope({ scopes }: Caller, scope: string): boolean {
  return scopes === undefined || scopes.has(scope);
}
