import { afterAll, describe, expect } from "bun:test";
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
const missing = (flag: RegExp) => ({
  code: "runtime_permission",
  missingPermission: expect.stringMatching(flag),
});
/** Exactly what is missing, so that whoever adds it opens nothing else. */
const env = /^--allow-env=AWS_\*$/;
const read = /^--allow-read=\/.*\/\.aws$/;
const net = /^--allow-net=127\.0\.0\.1:\d+$/;

const cases: readonly PermissionCase[] = [
  { name: "nothing", flags: [], options: withProfile("static"), expected: missing(env) },
  {
    name: "no environment",
    flags: ["--allow-read", "--allow-net"],
    options: () => ({}),
    expected: missing(env),
  },
  {
    name: "no files",
    flags: ["--allow-env", "--allow-net"],
    options: withProfile("static"),
    expected: missing(read),
  },
  {
    name: "no files, and no profile asked for",
    flags: ["--allow-env", "--allow-net"],
    options: () => ({}),
    expected: missing(read),
  },
  {
    name: "no network, for a role",
    flags: ["--allow-env", "--allow-read", "--allow-sys"],
    options: withProfile("role"),
    expected: missing(net),
  },
  {
    name: "no network, for SSO",
    flags: ["--allow-env", "--allow-read", "--allow-sys"],
    options: withProfile("sso"),
    expected: missing(net),
  },
  {
    name: "no network, for the instance's metadata",
    flags: ["--allow-env", "--allow-read", "--allow-sys"],
    options: instance,
    expected: missing(net),
  },
  {
    name: "no network, for a container's endpoint",
    flags: ["--allow-env", "--allow-read", "--allow-sys"],
    options: ({ container }) => ({ env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/keys` } }),
    expected: missing(net),
  },
  {
    name: "no network, and nothing configured",
    flags: ["--allow-env", "--allow-read", "--allow-sys"],
    options: () => ({}),
    expected: { code: "no_credentials", missingPermission: "--allow-net=169.254.169.254:80" },
  },
  {
    name: "no system information, for a role",
    flags: ["--allow-env", "--allow-read", "--allow-net"],
    options: withProfile("role"),
    expected: missing(/^--allow-sys=osRelease$/),
  },
  {
    name: "no processes, for credential_process",
    flags: ["--allow-env", "--allow-read", "--allow-net"],
    options: withProfile("process"),
    expected: missing(/^--allow-run=\/bin\/sh$/),
  },
  {
    name: "another host, for a role",
    flags: ["--allow-env", "--allow-read", "--allow-sys", "--allow-net=127.0.0.1:1"],
    options: withProfile("role"),
    expected: missing(net),
  },
  {
    name: "another host, for the instance's metadata",
    flags: ["--allow-env", "--allow-read", "--allow-sys", "--allow-net=127.0.0.1:1"],
    options: instance,
    expected: missing(net),
  },
  {
    name: "variables of AWS's, and not where home is",
    flags: ["--allow-env=AWS_*", "--allow-read"],
    options: () => ({}),
    expected: missing(/^--allow-env=HOME$/),
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
