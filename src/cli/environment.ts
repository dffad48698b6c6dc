import type { Environment } from "../config.ts";
import { denoAllows } from "../serving/listen.ts";

/** A variable's value; nothing where there is none, or where Deno may not look. For what is not essential. */
export function variableIn(env: Environment, name: string): string | undefined {
  return mayUseVariable(name) ? env[name] : undefined;
}

/** Whether a variable can be read and set without a question of Deno's, which would hold up everything else. */
export function mayUseVariable(name: string): boolean {
  // Deno shows it to everybody.
  return name === "NO_COLOR" || denoAllows({ name: "env", variable: name });
}
