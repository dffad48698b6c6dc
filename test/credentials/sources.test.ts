import { afterAll, describe, expect, test } from "bun:test";
import { runtimes } from "../support/runtimes.ts";
import { probe } from "./child.ts";
import { mark } from "./fake-aws.ts";
import { type Case, testCases, withProfile } from "./run-cases.ts";
import { containerToken, createWorld, expires, fileKeyId } from "./world.ts";

const expiresAt = new Date(expires).toISOString();
const temporary = { expiresAt, temporary: true };

const environment = {
  AWS_ACCESS_KEY_ID: "AKIA000000000000ENVK",
  AWS_SECRET_ACCESS_KEY: `${mark}-env-secret`,
};

const cases: readonly Case[] = [
  {
    name: "keys in the environment",
    options: () => ({ env: environment }),
    expected: { endsIn: "ENVK", source: "environment", temporary: false },
  },
  {
    name: "temporary keys in the environment",
    options: () => ({
      env: { ...environment, AWS_SESSION_TOKEN: `${mark}-env-session`, AWS_CREDENTIAL_EXPIRATION: expiresAt },
    }),
    expected: { endsIn: "ENVK", source: "environment", ...temporary },
  },
  {
    name: "keys in a file",
    options: withProfile("static"),
    expected: { endsIn: "FILE", source: "profile static (keys in a file)", temporary: false },
  },
  {
    name: "AWS_PROFILE, which goes before keys in the environment",
    options: () => ({ env: { ...environment, AWS_PROFILE: "static" } }),
    expected: { endsIn: "FILE", source: "profile static (keys in a file)", temporary: false },
  },
  {
    name: "the default profile, in files that are named",
    options: ({ home }) => ({
      env: {
        AWS_SHARED_CREDENTIALS_FILE: home.write(
          "elsewhere",
          `[default]\naws_access_key_id = AKIA000000000000ELSE\naws_secret_access_key = ${mark}-elsewhere\n`,
        ),
        AWS_CONFIG_FILE: `${home.path}/not-there`,
      },
    }),
    expected: { endsIn: "ELSE", source: "profile default (keys in a file)", temporary: false },
  },
  {
    name: "credential_process",
    options: withProfile("process"),
    expected: { endsIn: "PROC", source: "profile process (credential_process)", temporary: false },
  },
  {
    name: "a container's endpoint",
    options: ({ container }) => ({
      env: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/keys`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: containerToken,
      },
    }),
    expected: { endsIn: "CONT", source: "container endpoint", ...temporary },
  },
  {
    name: "an instance's metadata, version 2",
    options: ({ instance }) => ({
      env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: instance.url, AWS_EC2_METADATA_DISABLED: "false" },
    }),
    expected: { endsIn: "IMDS", source: "instance metadata", ...temporary },
  },
  {
    name: "a role assumed with another profile's keys",
    options: withProfile("role"),
    expected: { endsIn: "ROLE", source: "profile role (assumed role)", ...temporary },
  },
  {
    name: "a web identity in a profile",
    options: withProfile("web"),
    expected: { endsIn: "ROLE", source: "profile web (web identity)", ...temporary },
  },
  {
    name: "a web identity in the environment",
    options: ({ endpoints, webTokenFile }) => ({
      env: {
        ...endpoints,
        AWS_WEB_IDENTITY_TOKEN_FILE: webTokenFile,
        AWS_ROLE_ARN: "arn:aws:iam::111122223333:role/web",
      },
    }),
    expected: { endsIn: "ROLE", source: "web identity (AWS_WEB_IDENTITY_TOKEN_FILE)", ...temporary },
  },
  {
    name: "SSO with a session's token",
    options: withProfile("sso"),
    expected: { endsIn: "SSOK", source: "profile sso (SSO)", ...temporary },
  },
  {
    name: "SSO with a start URL's token",
    options: withProfile("sso-legacy"),
    expected: { endsIn: "SSOK", source: "profile sso-legacy (SSO)", ...temporary },
  },
  {
    name: "SSO with a token that is renewed on the way",
    options: withProfile("sso-renewable"),
    expected: { endsIn: "SSOK", source: "profile sso-renewable (SSO)", ...temporary },
  },
  {
    name: "a console login",
    options: withProfile("console"),
    expected: { endsIn: "LOGN", source: "profile console (console login)", ...temporary },
  },
];

describe.each(runtimes)("on %s", (runtime) => {
  const world = createWorld();
  afterAll(() => world[Symbol.dispose]());
  const allEnded = testCases(runtime, world, cases);

  test("whatever is not asked for is not called", async () => {
    await allEnded();
    expect(world.instance.asked).toEqual([
      "PUT /latest/api/token",
      "GET /latest/meta-data/iam/security-credentials/",
      "GET /latest/meta-data/iam/security-credentials/instance-role",
    ]);
    expect(world.container.asked).toEqual(["GET /keys"]);
    expect(world.oidc.asked).toEqual(["POST /token"]);
    expect(world.signIn.asked).toEqual([]);
  }, 40_000);

  const regions: [string, string, Record<string, string>, string][] = [
    ["the profile's", "role", { AWS_REGION: "eu-north-1" }, "eu-west-1"],
    [
      "AWS_REGION",
      "role-no-region",
      { AWS_REGION: "eu-north-1", AWS_DEFAULT_REGION: "ap-south-1" },
      "eu-north-1",
    ],
    ["AWS_DEFAULT_REGION", "role-no-region", { AWS_DEFAULT_REGION: "ap-south-1" }, "ap-south-1"],
  ];
  test.each(regions)(
    "STS is asked in the region of %s",
    async (_, name, env, region) => {
      const before = world.sts.asked.length;
      const { stderr } = await probe(runtime, { home: world.home, ...withProfile(name, env)(world) });
      expect(world.sts.asked.slice(before)).toEqual([
        `AssumeRole arn:aws:iam::111122223333:role/reader by ${fileKeyId} in ${region}`,
      ]);
      expect(stderr).not.toContain("WARN");
    },
    40_000,
  );
});
