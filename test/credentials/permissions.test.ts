import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Outcome, type ProbeOptions, probe } from "./child.ts";
import { mark } from "./fake-aws.ts";
import { createWorld, type World } from "./world.ts";

/** Deno without one permission or another: the failure names the flag. */
interface Case {
  readonly name: string;
  readonly flags: readonly string[];
  readonly options: (world: World) => Omit<ProbeOptions, "home">;
  readonly expected: object;
}

const profile = (name: string) => (world: World) => ({ profile: name, env: world.endpoints });
const instance = ({ instance: { url } }: World) => ({
  env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: url, AWS_EC2_METADATA_DISABLED: "false" },
});
const missing = (flag: string) => ({ code: "runtime_permission", missingPermission: flag });

const cases: readonly Case[] = [
  { name: "nothing", flags: [], options: profile("static"), expected: missing("--allow-env") },
  {
    name: "no environment",
    flags: ["--allow-read", "--allow-net"],
    options: () => ({}),
    expected: missing("--allow-env"),
  },
  {
    name: "no files",
    flags: ["--allow-env", "--allow-net"],
    options: profile("static"),
    expected: missing("--allow-read"),
  },
  {
    name: "no files, and no profile asked for",
    flags: ["--allow-env", "--allow-net"],
    options: () => ({}),
    expected: missing("--allow-read"),
  },
  {
    name: "no network, for a role",
    flags: ["--allow-env", "--allow-read", "--allow-sys"],
    options: profile("role"),
    expected: missing("--allow-net"),
  },
  {
    name: "no network, for SSO",
    flags: ["--allow-env", "--allow-read", "--allow-sys"],
    options: profile("sso"),
    expected: missing("--allow-net"),
  },
  {
    name: "no network, for the instance's metadata",
    flags: ["--allow-env", "--allow-read", "--allow-sys"],
    options: instance,
    expected: missing("--allow-net"),
  },
  {
    name: "no network, for a container's endpoint",
    flags: ["--allow-env", "--allow-read", "--allow-sys"],
    options: ({ container }) => ({ env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/keys` } }),
    expected: missing("--allow-net"),
  },
  {
    name: "no network, and nothing configured",
    flags: ["--allow-env", "--allow-read", "--allow-sys"],
    options: () => ({}),
    expected: { code: "no_credentials", missingPermission: "--allow-net" },
  },
  {
    name: "no system information, for a role",
    flags: ["--allow-env", "--allow-read", "--allow-net"],
    options: profile("role"),
    expected: missing("--allow-sys"),
  },
  {
    name: "no processes, for credential_process",
    flags: ["--allow-env", "--allow-read", "--allow-net"],
    options: profile("process"),
    expected: missing("--allow-run"),
  },
  {
    name: "environment alone, with keys in it",
    flags: ["--allow-env"],
    options: () => ({
      env: { AWS_ACCESS_KEY_ID: "AKIA000000000000ENVK", AWS_SECRET_ACCESS_KEY: `${mark}-env` },
    }),
    expected: { endsIn: "ENVK", source: "environment" },
  },
  {
    name: "files alone, with keys in them",
    flags: ["--allow-env", "--allow-read"],
    options: profile("static"),
    expected: { endsIn: "FILE" },
  },
  {
    name: "all but processes, for SSO",
    flags: ["--allow-env", "--allow-read", "--allow-net", "--allow-sys"],
    options: profile("sso"),
    expected: { endsIn: "SSOK" },
  },
];

describe("Deno is given", () => {
  const world = createWorld();
  const runs = new Map<string, Promise<readonly Outcome[]>>();
  beforeAll(() => {
    for (const { name, flags, options } of cases) {
      const run = probe("deno", { home: world.home, ...options(world), denoFlags: flags });
      runs.set(
        name,
        run.then(({ outcomes }) => outcomes),
      );
      run.catch(() => {});
    }
  });
  afterAll(() => world[Symbol.dispose]());

  test.each(cases.map(({ name, expected }) => [name, expected] as const))(
    "%s",
    async (name, expected) => {
      expect(await runs.get(name)).toEqual([expect.objectContaining(expected)]);
    },
    40_000,
  );
});
