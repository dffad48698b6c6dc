import "./no-proxy.ts";
import { fileURLToPath } from "node:url";

/** The runtimes of the source: every behaviour is shown on each. */
export const runtimes = ["bun", "deno"] as const;
export type Runtime = (typeof runtimes)[number];

/** The runtimes that take only what is built of it: what serves clients is shown on them too. */
export const builtRuntimes = ["node"] as const;
export type AnyRuntime = Runtime | (typeof builtRuntimes)[number];

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Deno itself: what npm puts into `.bin` is a script for Node that starts it, and keeps signals to itself. */
function denoBinary(): string {
  const [found] = new Bun.Glob("node_modules/@deno/*/deno{,.exe}").scanSync({ cwd: root });
  if (found === undefined) throw new Error("Deno is not installed: run `npm run setup`.");
  return `${root}${found}`;
}

/** The runtimes' executables. */
export const executables: Readonly<Record<AnyRuntime, string>> = {
  bun: `${root}node_modules/.bin/bun`,
  deno: denoBinary(),
  node: "node",
};

/** The words that run a script with all permissions. */
export function commandOf(runtime: AnyRuntime, script: string, args: readonly string[] = []): string[] {
  const bin = executables[runtime];
  return runtime === "deno" ? [bin, "run", "-A", script, ...args] : [bin, script, ...args];
}

/** What a child needs to run at all; nothing of the parent's, which may hold secrets. */
export function cleanEnv(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    HOME: "/nonexistent",
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
    AWS_EC2_METADATA_DISABLED: "true",
    ...(process.env.DENO_DIR === undefined ? {} : { DENO_DIR: process.env.DENO_DIR }),
    ...extra,
  };
}

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script to its end. */
export async function runScript(
  runtime: AnyRuntime,
  script: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  stdin: string | "ignore" = "ignore",
): Promise<Finished> {
  const child = Bun.spawn(commandOf(runtime, script, args), {
    cwd: root,
    env: cleanEnv(env),
    stdin: stdin === "ignore" ? "ignore" : new TextEncoder().encode(stdin),
    stdout: "pipe",
    stderr: "pipe",
  });
  return finished(child);
}

/** What a child printed, and its exit code, once it has ended. */
export async function finished(
  child: Bun.Subprocess<Bun.SpawnOptions.Writable, "pipe", "pipe">,
): Promise<Finished> {
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}
