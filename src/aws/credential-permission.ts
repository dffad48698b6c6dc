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

function flagOf(resource: string | undefined): string {
  return resource === undefined ? "-A" : `--allow-${resource}`;
}
