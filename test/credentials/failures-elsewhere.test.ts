import { afterAll, describe } from "bun:test";
import { refusingPort } from "../support/refusing-port.ts";
import { runtimes } from "../support/runtimes.ts";
import { mark } from "./fake-aws.ts";
import { type Case, testCases } from "./run-cases.ts";
import { createWorld } from "./world.ts";

const refusing = await refusingPort();
afterAll(() => refusing[Symbol.asyncDispose]());
const closedPort = `http://127.0.0.1:${refusing.port}`;

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
    expected: { code: "credentials_failed", credentialSource: "container endpoint", httpStatus: 401 },
    words: /answered with HTTP status 401/,
  },
  {
    name: "a container's endpoint that answers with a page",
    options: ({ page }) => ({ env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${page.url}/keys` } }),
    expected: { code: "credentials_failed", credentialSource: "container endpoint" },
    words: /did not answer with JSON/,
  },
  {
    name: "a container's endpoint that nobody listens on",
    options: () => ({ env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${closedPort}/keys` } }),
    expected: { code: "credentials_failed", systemCode: "ECONNREFUSED" },
    words: /failed with ECONNREFUSED/,
  },
  {
    name: "an instance's metadata that nobody listens on",
    options: () => ({
      env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: closedPort, AWS_EC2_METADATA_DISABLED: "false" },
    }),
    expected: {
      code: "credentials_failed",
      credentialSource: "instance metadata",
      systemCode: "ECONNREFUSED",
    },
    words: /failed with ECONNREFUSED/,
  },
  {
    name: "an instance's metadata that is switched off",
    options: ({ instance }) => ({
      env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: instance.url, AWS_EC2_METADATA_DISABLED: "true" },
    }),
    expected: { code: "credentials_failed", credentialSource: "instance metadata" },
    words: /switched off by AWS_EC2_METADATA_DISABLED/,
  },
  {
    name: "an instance without a role",
    options: ({ page }) => ({
      env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: `${page.url}`, AWS_EC2_METADATA_DISABLED: "false" },
    }),
    expected: { code: "credentials_failed", credentialSource: "instance metadata", httpStatus: 404 },
    words: /answered with HTTP status 404/,
  },
  {
    name: "a default profile that has half a pair, and nothing else",
    options: ({ home }) => ({
      env: {
        AWS_SHARED_CREDENTIALS_FILE: home.write("half", `[default]\naws_secret_access_key = ${mark}-half\n`),
      },
    }),
    expected: { code: "credentials_failed", profile: "default", setting: "aws_access_key_id" },
    words: /has no aws_access_key_id/,
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
