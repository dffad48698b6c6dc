import { CallError } from "./call-error.ts";

/**
 * The Deno flag that `thrown` says is missing, for example `--allow-read`; nothing where it says something else.
 * Deno names such an error NotCapable; AWS's packages sometimes keep its words only, after its name.
 */
export function deniedPermission(thrown: unknown): string | undefined {
  let error = thrown;
  for (let depth = 0; error instanceof Error && depth < 5; depth += 1) {
    if (error.name === "NotCapable" || /NotCapable: Requires|Requires \w+ access/.test(error.message)) {
      return (
        /--allow-[a-z]+/.exec(error.message)?.[0] ?? flagOf(/Requires (\w+) access/.exec(error.message)?.[1])
      );
    }
    error = error.cause;
  }
  return undefined;
}

/** The same, as a failed call; nothing where `thrown` says something else. */
export function permissionFailure(thrown: unknown): CallError | undefined {
  const missingPermission = deniedPermission(thrown);
  if (missingPermission === undefined) return undefined;
  return new CallError("runtime_permission", `Deno was started without ${missingPermission}.`, {
    missingPermission,
  });
}

/**
 * Runs `read`, which looks into the environment.
 * @throws CallError `runtime_permission` where Deno refuses
 */
export function readingEnvironment<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw permissionFailure(thrown) ?? thrown;
  }
}

function flagOf(resource: string | undefined): string {
  return resource === undefined ? "-A" : `--allow-${resource}`;
}
