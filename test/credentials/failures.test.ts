import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { runtimes } from "../support/runtimes.ts";
import { type ProbeOptions, type ProbeRun, probe } from "./child.ts";
import { mark } from "./fake-aws.ts";
import { createWorld, type World } from "./world.ts";

interface Case {
  readonly name: string;
  readonly options: (world: World) => Omit<ProbeOptions, "home">;
  /** What the failure must say. */
  readonly expected: object;
  /** What it must say in words. */
  readonly words?: RegExp;
}

const profile =
  (name: string, env: Readonly<Record<string, string>> = {}) =>
  ({ endpoints }: World) => ({ profile: name, env: { ...endpoints, ...env } });

/** A port that nobody listens on any more. */
const closedPort = (() => {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { port } = server;
  server.stop(true);
  return `http://127.0.0.1:${port}`;
})();

const cases: readonly Case[] = [
  { name: "nothing anywhere", options: () => ({}), expected: { code: "no_credentials" } },
  {
    name: "half a pair in the environment",
    options: () => ({ env: { AWS_ACCESS_KEY_ID: "AKIA000000000000HALF" } }),
    expected: { code: "no_credentials", setting: "AWS_SECRET_ACCESS_KEY" },
    words: /AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY/,
  },
  {
    name: "a profile without credentials",
    options: profile("settings-only"),
    expected: { code: "no_credentials", profile: "settings-only" },
  },
  {
    name: "a profile that does not exist",
    options: () => ({ profile: "typo" }),
    expected: { code: "credentials_failed", profile: "typo", setting: "AWS_PROFILE" },
    words: /in neither of AWS's files/,
  },
  {
    name: "a profile that does not exist, with keys in the environment",
    options: () => ({
      env: {
        AWS_PROFILE: "typo",
        AWS_ACCESS_KEY_ID: "AKIA000000000000ENVK",
        AWS_SECRET_ACCESS_KEY: `${mark}-env-secret`,
      },
    }),
    expected: { code: "credentials_failed", profile: "typo" },
  },
  {
    name: "half a pair in a profile",
    options: profile("half-pair"),
    expected: { code: "credentials_failed", credentialSource: "profile half-pair (incomplete)" },
    words: /no complete credential settings/,
  },
  {
    name: "a broken profile, though the instance has a role",
    options: (world) =>
      profile("role-alone", {
        AWS_EC2_METADATA_SERVICE_ENDPOINT: world.instance.url,
        AWS_EC2_METADATA_DISABLED: "false",
      })(world),
    expected: { code: "credentials_failed", profile: "role-alone" },
  },
  {
    name: "credential_process that ends with an exit code",
    options: profile("process-exit"),
    expected: { code: "credentials_failed", exitCode: 3, profile: "process-exit" },
    words: /exit code 3/,
  },
  {
    name: "credential_process that prints no JSON",
    options: profile("process-nonsense"),
    expected: { code: "credentials_failed", profile: "process-nonsense" },
    words: /did not print one JSON object/,
  },
  {
    name: "credential_process that prints expired keys",
    options: profile("process-expired"),
    expected: { code: "login_expired", login: "process", profile: "process-expired" },
  },
  {
    name: "a role whose source is a broken credential_process",
    options: profile("role-of-process"),
    expected: { code: "credentials_failed", profile: "role-of-process" },
    words: /credential_process that failed/,
  },
  {
    name: "a role that may not be assumed",
    options: profile("role-forbidden"),
    expected: {
      code: "credentials_failed",
      awsErrorName: "AccessDenied",
      awsMessage: "User: me is not authorized to perform: sts:AssumeRole",
      httpStatus: 403,
      credentialSource: "profile role-forbidden (assumed role)",
    },
  },
  {
    name: "a role whose source keys have expired",
    options: profile("role-stale"),
    expected: { code: "login_expired", awsErrorName: "ExpiredToken", profile: "role-stale" },
  },
  {
    name: "source profiles in a circle",
    options: profile("role-circle"),
    expected: { code: "credentials_failed", profile: "role-circle" },
    words: /circle/,
  },
  {
    name: "a role that wants an MFA code",
    options: profile("role-mfa"),
    expected: { code: "credentials_failed", profile: "role-mfa" },
    words: /mfa_serial/,
  },
  {
    name: "STS out of reach",
    options: profile("role", { AWS_ENDPOINT_URL_STS: closedPort, AWS_MAX_ATTEMPTS: "1" }),
    expected: { code: "credentials_failed", systemCode: "ECONNREFUSED" },
    words: /ECONNREFUSED/,
  },
  {
    name: "a web identity whose token file is gone",
    options: ({ endpoints }) => ({
      env: { ...endpoints, AWS_WEB_IDENTITY_TOKEN_FILE: "/not/there", AWS_ROLE_ARN: "arn:aws:iam::1:role/r" },
    }),
    expected: {
      code: "credentials_failed",
      systemCode: "ENOENT",
      credentialSource: "web identity (AWS_WEB_IDENTITY_TOKEN_FILE)",
    },
  },
  {
    name: "a web identity that STS refuses",
    options: ({ endpoints, home }) => ({
      env: {
        ...endpoints,
        AWS_WEB_IDENTITY_TOKEN_FILE: home.write("bad-token", `${mark}-bad-token`),
        AWS_ROLE_ARN: "arn:aws:iam::111122223333:role/web",
      },
    }),
    expected: { code: "credentials_failed", awsErrorName: "InvalidIdentityTokenException", httpStatus: 400 },
  },
  {
    name: "an SSO session that has expired",
    options: profile("sso-expired"),
    expected: { code: "login_expired", login: "sso", profile: "sso-expired" },
  },
  {
    name: "an SSO session that nobody ever logged in to",
    options: profile("sso-never"),
    expected: { code: "login_expired", login: "sso", profile: "sso-never" },
  },
  {
    name: "an SSO session that was ended",
    options: profile("sso-revoked"),
    expected: { code: "login_expired", login: "sso", awsErrorName: "UnauthorizedException" },
  },
  {
    name: "a role behind an SSO session that has expired names the profile to log in to",
    options: profile("role-of-sso"),
    expected: {
      code: "login_expired",
      login: "sso",
      profile: "sso-expired",
      credentialSource: "profile role-of-sso (assumed role)",
    },
  },
  {
    name: "an SSO role that is not assigned",
    options: profile("sso-forbidden"),
    expected: { code: "credentials_failed", awsErrorName: "ForbiddenException", awsMessage: "No access" },
  },
  {
    name: "an sso-session that is not in the file",
    options: profile("sso-nowhere"),
    expected: { code: "credentials_failed", profile: "sso-nowhere" },
  },
  {
    name: "a console login that has expired",
    options: profile("console-expired"),
    expected: { code: "login_expired", login: "console", profile: "console-expired" },
  },
  {
    name: "a console login that nobody ever made",
    options: profile("console-never"),
    expected: { code: "login_expired", login: "console", profile: "console-never" },
  },
  {
    name: "a console login that cannot be renewed for want of a network",
    options: profile("console-expired", { AWS_ENDPOINT_URL_SIGNIN: closedPort, AWS_MAX_ATTEMPTS: "1" }),
    expected: { code: "credentials_failed", systemCode: "ECONNREFUSED", profile: "console-expired" },
  },
  {
    name: "a container's endpoint that refuses the token",
    options: ({ container }) => ({
      env: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/keys`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: `${mark}-wrong-token`,
      },
    }),
    expected: { code: "credentials_failed", credentialSource: "container endpoint" },
  },
  {
    name: "a container's endpoint at an address that is nobody's",
    options: () => ({ env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://example.com/keys" } }),
    expected: { code: "credentials_failed", credentialSource: "container endpoint" },
    words: /neither https nor a container's own/,
  },
  {
    name: "an instance's metadata that never answers",
    options: ({ silence }) => ({
      env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: silence.url, AWS_EC2_METADATA_DISABLED: "false" },
    }),
    expected: { code: "credentials_failed", credentialSource: "instance metadata" },
  },
];

describe.each(runtimes)("on %s", (runtime) => {
  const world = createWorld();
  const runs = new Map<string, Promise<ProbeRun>>();
  beforeAll(() => {
    for (const { name, options } of cases) {
      const run = probe(runtime, { home: world.home, ...options(world) });
      run.catch(() => {});
      runs.set(name, run);
    }
  });
  afterAll(() => world[Symbol.dispose]());

  test.each(cases.map(({ name, expected, words }) => [name, expected, words] as const))(
    "%s",
    async (name, expected, words) => {
      const run = await runs.get(name);
      expect(run?.outcomes).toEqual([expect.objectContaining(expected)]);
      if (words !== undefined) expect(run?.outcomes[0]?.message).toMatch(words);
    },
    60_000,
  );

  test("a console login is tried to renew before a person is asked to", async () => {
    await Promise.allSettled(runs.values());
    expect(world.signIn.asked).toEqual(["POST /v1/token"]);
  }, 60_000);

  test("a broken profile does not lead to the instance's role", async () => {
    await Promise.allSettled(runs.values());
    expect(world.instance.asked).toEqual([]);
  }, 60_000);
});
