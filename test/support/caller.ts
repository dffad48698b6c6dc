import type { Caller } from "../../src/caller.ts";

/** A caller who is told apart from others by this name. */
export function callerNamed(name: string): Caller {
  return { id: name, name };
}
