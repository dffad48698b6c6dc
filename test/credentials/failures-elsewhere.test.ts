import { afterAll, describe } from "bun:test";
import { runtimes } from "../support/runtimes.ts";
import { mark } from "./fake-aws.ts";
import { type Case, testCases } from "./run-cases.ts";
import { createWorld } from "./world.ts";

/** No profile was asked for, and whatever else is configured does not give credentials. */
const cases: readonly Case[] = [
  { name: "nothing anywhere", options: () => ({}), expected: { code: "no_credentials" } },
  {
    name: "half a pair in the environment",
    options: () => ({ env: { AWS_ACCESS_KEY_ID: "AKIA000000000000HALF" } }),
    expected: { code: "no_credentials", setting: "AWS_SECRET_ACCESS_KEY" },
    words: /AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY/,
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
  afterAll(() => world[Symbol.dispose]());
  testCases(runtime, world, cases);
});
