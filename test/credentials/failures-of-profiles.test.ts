import { afterAll, describe, expect, test } from "bun:test";
import { refusingPort } from "../support/refusing-port.ts";
import { runtimes } from "../support/runtimes.ts";
import { mark } from "./fake-aws.ts";
import { type Case, testCases, withProfile } from "./run-cases.ts";
import { createWorld } from "./world.ts";

const refusing = await refusingPort();
afterAll(() => refusing[Symbol.asyncDispose]());
const closedPort = `http://127.0.0.1:${refusing.port}`;

/** A profile was asked for, and does not give credentials. */
const cases: readonly Case[] = [
  {
    name: "a profile without credentials",
    options: withProfile("settings-only"),
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
    options: withProfile("half-pair"),
    expected: {
      code: "credentials_failed",
      credentialSource: "profile half-pair (incomplete)",
      profile: "half-pair",
      setting: "aws_secret_access_key",
    },
    words: /has no aws_secret_access_key\.$/,
  },
  {
    name: "a key that is misspelt",
    options: withProfile("misspelt"),
    expected: { profile: "misspelt", setting: "aws_access_key_id", given: "aws_acess_key_id" },
    words: /has no aws_access_key_id, but something that may be meant for it/,
  },
  {
    name: "a broken profile, though the instance has a role",
    options: (world) =>
      withProfile("role-alone", {
        AWS_EC2_METADATA_SERVICE_ENDPOINT: world.instance.url,
        AWS_EC2_METADATA_DISABLED: "false",
      })(world),
    expected: { code: "credentials_failed", profile: "role-alone" },
  },
  {
    name: "credential_process that ends with an exit code",
    options: withProfile("process-exit"),
    expected: { code: "credentials_failed", exitCode: 3, profile: "process-exit" },
    words: /exit code 3/,
  },
  {
    name: "credential_process that prints no JSON",
    options: withProfile("process-nonsense"),
    expected: { code: "credentials_failed", profile: "process-nonsense" },
    words: /did not print one JSON object/,
  },
  {
    name: "credential_process that prints expired keys",
    options: withProfile("process-expired"),
    expected: { code: "login_expired", login: "process", profile: "process-expired" },
  },
  {
    name: "a role whose source is a broken credential_process",
    options: withProfile("role-of-process"),
    expected: { code: "credentials_failed", profile: "role-of-process" },
    words: /credential_process that failed/,
  },
  {
    name: "a role whose source's credential_process prints no JSON",
    options: withProfile("role-of-nonsense"),
    expected: { code: "credentials_failed", profile: "role-of-nonsense" },
    words: /credential_process that did not print one JSON object/,
  },
  {
    name: "a role whose source is no profile",
    options: withProfile("role-of-nobody"),
    expected: {
      code: "credentials_failed",
      profile: "role-of-nobody",
      setting: "source_profile",
      given: "nosuch",
    },
    words: /names a profile that is in neither of AWS's files/,
  },
  {
    name: "a role of a role whose source is no profile",
    options: withProfile("role-of-role-of-nobody"),
    expected: {
      profile: "role-of-nobody",
      given: "nosuch",
      credentialSource: "profile role-of-role-of-nobody (assumed role)",
    },
  },
  {
    name: "a role whose source has no credentials",
    options: withProfile("role-of-settings"),
    expected: { code: "credentials_failed", profile: "settings-only" },
    words: /has no settings of a source of credentials/,
  },
  {
    name: "a role that may not be assumed",
    options: withProfile("role-forbidden"),
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
    options: withProfile("role-stale"),
    expected: { code: "login_expired", awsErrorName: "ExpiredToken", profile: "role-stale" },
  },
  {
    name: "source profiles in a circle",
    options: withProfile("role-circle"),
    expected: { code: "credentials_failed", profile: "role-circle" },
    words: /circle/,
  },
  {
    name: "a role that wants an MFA code",
    options: withProfile("role-mfa"),
    expected: { code: "credentials_failed", profile: "role-mfa" },
    words: /mfa_serial/,
  },
  {
    name: "STS out of reach",
    options: withProfile("role", { AWS_ENDPOINT_URL_STS: closedPort, AWS_MAX_ATTEMPTS: "1" }),
    expected: { code: "credentials_failed", systemCode: "ECONNREFUSED" },
    words: /ECONNREFUSED/,
  },
  {
    name: "an SSO session that has expired",
    options: withProfile("sso-expired"),
    expected: { code: "login_expired", login: "sso", profile: "sso-expired" },
  },
  {
    name: "an SSO session that nobody ever logged in to",
    options: withProfile("sso-never"),
    expected: { code: "login_expired", login: "sso", profile: "sso-never" },
  },
  {
    name: "an SSO session that was ended",
    options: withProfile("sso-revoked"),
    expected: { code: "login_expired", login: "sso", awsErrorName: "UnauthorizedException" },
  },
  {
    name: "a role behind an SSO session that has expired names the profile to log in to",
    options: withProfile("role-of-sso"),
    expected: {
      code: "login_expired",
      login: "sso",
      profile: "sso-expired",
      credentialSource: "profile role-of-sso (assumed role)",
    },
  },
  {
    name: "an SSO role that is not assigned",
    options: withProfile("sso-forbidden"),
    expected: { code: "credentials_failed", awsErrorName: "ForbiddenException", awsMessage: "No access" },
  },
  {
    name: "an sso-session that is not in the file",
    options: withProfile("sso-nowhere"),
    expected: {
      code: "credentials_failed",
      profile: "sso-nowhere",
      setting: "sso_session",
      given: "nowhere",
    },
    words: /names an sso-session that the config file does not have/,
  },
  {
    name: "an sso-session that is not whole",
    options: withProfile("sso-without-region"),
    expected: { profile: "sso-without-region", setting: "sso_region" },
    words: /sso-session of the profile has no sso_region/,
  },
  {
    name: "an SSO profile that is not whole",
    options: withProfile("sso-without-role"),
    expected: { profile: "sso-without-role", setting: "sso_role_name" },
    words: /has no sso_role_name/,
  },
  {
    name: "a console login that has expired",
    options: withProfile("console-expired"),
    expected: { code: "login_expired", login: "console", profile: "console-expired" },
  },
  {
    name: "a console login that nobody ever made",
    options: withProfile("console-never"),
    expected: { code: "login_expired", login: "console", profile: "console-never" },
  },
  {
    name: "a console login that cannot be renewed for want of a network",
    options: withProfile("console-expired", { AWS_ENDPOINT_URL_SIGNIN: closedPort, AWS_MAX_ATTEMPTS: "1" }),
    expected: { code: "credentials_failed", systemCode: "ECONNREFUSED", profile: "console-expired" },
  },
];

describe.each(runtimes)("on %s", (runtime) => {
  const world = createWorld();
  afterAll(() => world[Symbol.dispose]());
  const allEnded = testCases(runtime, world, cases);

  test("a console login is tried to renew before a person is asked to", async () => {
    await allEnded();
    expect(world.signIn.asked).toEqual(["POST /v1/token"]);
  }, 60_000);

  test("a broken profile does not lead to the instance's role", async () => {
    await allEnded();
    expect(world.instance.asked).toEqual([]);
  }, 60_000);
});
