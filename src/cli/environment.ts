import type { Environment } from "../config.ts";
import { denoAllows } from "../serving/listen.ts";

/** A variable's value; nothing where there is none, or where Deno may not look. For what is not essential. */
export function variableIn(env: Environment, name: string): string | undefined {
  // A look would be a question of Deno's, which holds up everything else; NO_COLOR it shows to everybody.
  return name === "NO_COLOR" || denoAllows({ name: "env", variable: name }) ? env[name] : undefined;
}
