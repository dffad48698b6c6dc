import { CallError } from "./call-error.ts";

/**
 * The Deno flag that `thrown` says is missing, with what it has to allow: `--allow-net=example.com:443`,
 * `--allow-env=AWS_*`, `--allow-read=/home/me/.aws`. Nothing where it says something else.
 * Deno names such an error NotCapable; AWS's packages sometimes keep its words only, after its name.
 */
export function deniedPermission(thrown: unknown): string | undefined {
  let error = thrown;
  for (let depth = 0; error instanceof Error && depth < 5; depth += 1) {
    const [, name, resource] = requirement.exec(error.message) ?? [];
    if (name !== undefined) return flagOf(name, resource);
    if (error.name === "NotCapable") return /--allow-[a-z]+/.exec(error.message)?.[0] ?? "-A";
    error = error.cause;
  }
  return undefined;
}

const requirement = /Requires (\w+) access(?: to "([^"]+)")?/;

/** A variable of a family, and a file of AWS's, stand for all of it: the next one would be missing next. */
function flagOf(name: string, resource: string | undefined): string {
  const flag = `--allow-${name}`;
  if (resource === undefined) return flag;
  if (name === "env") return `${flag}=${resource.replace(/^(AWS_|BDA_MCP_|OTEL_).*/, "$1*")}`;
  if (name === "read") return `${flag}=${resource.replace(/([/\\]\.aws)[/\\].*/, "$1")}`;
  return `${flag}=${resource}`;
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
