import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cleanEnv, finished, type Runtime, root } from "../support/runtimes.ts";
import { mark } from "./fake-aws.ts";
import type { Step } from "./steps.ts";

/** A home directory of its own, with AWS's files in it. */
export interface Home extends Disposable {
  readonly path: string;
  write(file: string, text: string): string;
}

export function temporaryHome(files: Readonly<Record<string, string>> = {}): Home {
  const path = mkdtempSync(join(tmpdir(), "bda-home-"));
  const home: Home = {
    path,
    write(file, text) {
      const full = join(path, file);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text);
      return full;
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
  for (const [file, text] of Object.entries(files)) home.write(file, text);
  return home;
}

/** Where AWS's tools keep the token of an SSO session, by the session's name (or, of old, its start URL). */
export function ssoTokenFile(session: string): string {
  return `.aws/sso/cache/${createHash("sha1").update(session).digest("hex")}.json`;
}

/** Where they keep a console login. */
export function consoleLoginFile(loginSession: string): string {
  return `.aws/login/cache/${createHash("sha256").update(loginSession).digest("hex")}.json`;
}

export interface Outcome {
  readonly code?: string;
  readonly message?: string;
  readonly endsIn?: string;
  readonly source?: string;
  readonly expiresAt?: string;
  readonly [fact: string]: unknown;
}

export interface ProbeRun {
  readonly outcomes: readonly Outcome[];
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProbeOptions {
  readonly home: Home;
  readonly env?: Readonly<Record<string, string>>;
  readonly profile?: string;
  readonly region?: string;
  readonly steps?: readonly Step[];
  /** Deno's flags, where not all permissions are given. */
  readonly denoFlags?: readonly string[];
  /** Another copy of the probe. */
  readonly script?: string;
}

const script = new URL("./probe.ts", import.meta.url).pathname;

/** As many children at once as there is use for. */
const places = 3;
let taken = 0;
const waiting: (() => void)[] = [];

/**
 * Runs the probe in a process of its own, which logs all it can. One that takes over 30 s is ended, and then there is
 * no outcome.
 * @throws Error where anything that came out holds a planted secret
 */
export async function probe(runtime: Runtime, options: ProbeOptions): Promise<ProbeRun> {
  if (taken >= places) await new Promise<void>((resolve) => waiting.push(resolve));
  else taken += 1;
  try {
    return await run(runtime, options);
  } finally {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next();
  }
}

async function run(runtime: Runtime, options: ProbeOptions): Promise<ProbeRun> {
  const { home, env = {}, profile, region, steps = [{ do: "get" }], denoFlags = ["-A"] } = options;
  const words = [options.script ?? script, JSON.stringify({ profile, region, steps })];
  const bin = `${root}node_modules/.bin/${runtime}`;
  const child = Bun.spawn(
    runtime === "deno"
      ? [bin, "run", "--no-prompt", ...denoFlags, ...words]
      : [bin, "--no-install", ...words],
    {
      cwd: home.path,
      env: { ...cleanEnv({ HOME: home.path }), ...env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: 30_000,
    },
  );
  const { stdout, stderr } = await finished(child);
  if (`${stdout}${stderr}`.includes(mark)) throw new Error(`a secret came out: ${stdout}\n${stderr}`);
  let outcomes: readonly Outcome[] = [];
  try {
    outcomes = JSON.parse(stdout) as readonly Outcome[];
  } catch {
    throw new Error(`the probe on ${runtime} gave no outcome: ${stdout}\n${stderr}`);
  }
  return { outcomes, stdout, stderr };
}
