import { afterAll, describe } from "bun:test";
import { mark } from "./fake-aws.ts";
import { type Case, testCases, withProfile } from "./run-cases.ts";
import { createWorld, type World } from "./world.ts";

/** Deno without one permission or another: the failure names the flag. */
interface PermissionCase extends Case {
  readonly flags: readonly string[];
}

const instance = ({ instance: { url } }: World) => ({
  env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: url, AWS_EC2_METADATA_DISABLED: "false" },
});
const missing = (flag: string) => ({ code: "runtime_permission", missingPermission: flag });

const cases: readonly PermissionCase[] = [
  { name: "nothing", flags: [], options: withProfile("static"), expected: missing("--allow-env") },
  {
    name: "no environment",
    flags: ["--allow-read", "--allow-net"],
    options: () => ({}),
    expected: missing("--allow-env"),
  },
  {
    name: "no files",
    flags: ["--allow-env", "--allow-net"],
    options: withProfile("static"),
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
    options: withProfile("role"),
    expected: missing("--allow-net"),
  },
  {
    name: "no network, for SSO",
    flags: ["--allow-env", "--allow-read", "--allow-sys"],
    options: withProfile("sso"),
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
    options: withProfile("role"),
    expected: missing("--allow-sys"),
  },
  {
    name: "no processes, for credential_process",
    flags: ["--allow-env", "--allow-read", "--allow-net"],
    options: withProfile("process"),
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
    options: withProfile("static"),
    expected: { endsIn: "FILE" },
  },
  {
    name: "all but processes, for SSO",
    flags: ["--allow-env", "--allow-read", "--allow-net", "--allow-sys"],
    options: withProfile("sso"),
    expected: { endsIn: "SSOK" },
  },
];

describe("Deno is given", () => {
  const world = createWorld();
  afterAll(() => world[Symbol.dispose]());
  testCases(
    "deno",
    world,
    cases.map(({ flags, options, ...rest }) => ({
      ...rest,
      options: (of) => ({ ...options(of), denoFlags: flags }),
    })),
  );
});
