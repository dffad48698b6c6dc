import { afterAll, describe, expect, test } from "bun:test";
import {
  BedrockDataAutomationRuntimeClient,
  GetDataAutomationStatusCommand,
} from "@aws-sdk/client-bedrock-data-automation-runtime";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { endpointSettings } from "../../src/aws/endpoint.ts";
import { loadProfileSettings } from "../../src/aws/shared-config.ts";
import { temporaryHome } from "./child.ts";
import { configFile, credentialsFile } from "./shared-config-files.ts";

const home = temporaryHome({ ".aws/config": configFile, ".aws/credentials": credentialsFile });
afterAll(() => home[Symbol.dispose]());
const env = { HOME: home.path };

/** Runs `read` with this profile in the environment, as AWS's clients see it. */
async function asAws<T>(profile: string, read: () => Promise<T>): Promise<T> {
  const names = ["AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] as const;
  const before = names.map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, {
    AWS_PROFILE: profile,
    AWS_CONFIG_FILE: `${home.path}/.aws/config`,
    AWS_SHARED_CREDENTIALS_FILE: `${home.path}/.aws/credentials`,
  });
  try {
    return await read();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

const credentialsGiven = { accessKeyId: "AKIA", secretAccessKey: "s" };

/** The host of the first request, which is not sent. */
async function hostOf(send: (requestHandler: never) => Promise<unknown>): Promise<string> {
  let host = "";
  const handle = async ({ hostname }: { readonly hostname: string }) => {
    host = hostname;
    throw new Error("seen");
  };
  await send({ handle } as never).catch(() => undefined);
  return host;
}

const clients = {
  bedrock_data_automation_runtime: (requestHandler: never) =>
    new BedrockDataAutomationRuntimeClient({
      credentials: credentialsGiven,
      maxAttempts: 1,
      requestHandler,
    }).send(new GetDataAutomationStatusCommand({ invocationArn: "arn" })),
  s3: (requestHandler: never) =>
    new S3Client({ credentials: credentialsGiven, maxAttempts: 1, requestHandler }).send(
      new ListBucketsCommand(),
    ),
} as const;

describe.each(["all", "general", "by-service", "other-service", "in-both", "only-here"])(
  "AWS's own clients read profile %s the same",
  (profile) => {
    test.each(["bedrock_data_automation_runtime", "s3"] as const)(
      "for the endpoint of %s",
      async (service) => {
        const theirs = await asAws(profile, () => hostOf(clients[service]));
        const { endpointUrl } = endpointSettings(service, {}, await loadProfileSettings({ env, profile }));
        const custom = theirs.endsWith(".example");
        expect(endpointUrl).toBe(custom ? `https://${theirs}` : undefined);
        expect(theirs).not.toBe("");
      },
    );

    test("for FIPS, dual-stack, attempts and region", async () => {
      const theirs = await asAws(profile, async () => {
        const { config: read } = new BedrockDataAutomationRuntimeClient({ credentials: credentialsGiven });
        return {
          useFips: await read.useFipsEndpoint(),
          useDualStack: await read.useDualstackEndpoint(),
          maxAttempts: await read.maxAttempts(),
          region: await read.region(),
        };
      });
      const settings = await loadProfileSettings({ env, profile });
      const { useFips, useDualStack } = endpointSettings("s3", {}, settings);
      const maxAttempts = settings.maxAttempts ?? 3;
      expect({ useFips, useDualStack, maxAttempts, region: settings.region ?? "" }).toEqual(theirs);
    });
  },
);
