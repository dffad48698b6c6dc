import type { Environment } from "../config.ts";

/** A variable's value; nothing where there is none, or where Deno was not allowed to look. For what is not essential. */
export function variableIn(env: Environment, name: string): string | undefined {
  try {
    return env[name];
  } catch {
    return undefined;
  }
}
