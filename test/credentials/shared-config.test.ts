import { afterAll, describe, expect, test } from "bun:test";
import {
  BedrockDataAutomationRuntimeClient,
  GetDataAutomationStatusCommand,
} from "@aws-sdk/client-bedrock-data-automation-runtime";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { CallError } from "../../src/aws/call-error.ts";
import { endpointSettings } from "../../src/aws/endpoint.ts";
import { loadProfileSettings } from "../../src/aws/shared-config.ts";
import { sharedConfigPaths } from "../../src/aws/shared-config-files.ts";
import { runtimes } from "../support/runtimes.ts";
import { probe, temporaryHome } from "./child.ts";

const config = `[default]
region = eu-west-1

[profile all]
region = eu-central-1
max_attempts = 7
use_dualstack_endpoint = true
use_fips_endpoint = false
ignore_configured_endpoint_urls = true
endpoint_url = https://all.example

[profile general]
region = us-east-1
endpoint_url = https://general.example

[profile by-service]
region = us-east-1
endpoint_url = https://general.example
services = local

[profile other-service]
region = us-east-1
endpoint_url = https://general.example
services = others

[profile in-both]
region = us-east-1
endpoint_url = https://config.example

[profile no-section]
services = missing
[profile bad-flag]
use_fips_endpoint = maybe
[profile bad-attempts]
max_attempts = many

[services local]
bedrock_data_automation_runtime =
  endpoint_url = https://runtime.example
s3 =
  endpoint_url = https://s3.example
  unknown = 1
sts =
  endpoint_url = https://sts.example

[services others]
dynamodb =
  endpoint_url = https://dynamodb.example
`;
const credentials = `[in-both]
endpoint_url = https://credentials.example
region = ca-central-1
max_attempts = 4

[only-here]
region = ap-south-1
`;

const home = temporaryHome({ ".aws/config": config, ".aws/credentials": credentials });
afterAll(() => home[Symbol.dispose]());
const env = { HOME: home.path };

describe("a profile's settings", () => {
  test("are read whole", async () => {
    expect(await loadProfileSettings({ env, profile: "all" })).toEqual({
      region: "eu-central-1",
      maxAttempts: 7,
      useDualstackEndpoint: true,
      useFipsEndpoint: false,
      ignoreConfiguredEndpointUrls: true,
      endpointUrl: "https://all.example",
    });
    expect(await loadProfileSettings({ env, profile: "by-service" })).toEqual({
      region: "us-east-1",
      endpointUrl: "https://general.example",
      serviceEndpointUrls: {
        bedrock_data_automation_runtime: "https://runtime.example",
        s3: "https://s3.example",
        sts: "https://sts.example",
      },
    });
  });

  test("come from the flag's profile, then AWS_PROFILE's, then the default one", async () => {
    const choice = { ...env, AWS_PROFILE: "general" };
    expect((await loadProfileSettings({ env: choice, profile: "only-here" })).region).toBe("ap-south-1");
    expect((await loadProfileSettings({ env: choice })).endpointUrl).toBe("https://general.example");
    expect(await loadProfileSettings({ env })).toEqual({ region: "eu-west-1" });
  });

  test("are none where there are no files, or no default profile", async () => {
    expect(await loadProfileSettings({ env: { HOME: "/nonexistent" } })).toEqual({});
    expect(
      await loadProfileSettings({ env: { ...env, AWS_CONFIG_FILE: `${home.path}/.aws/credentials` } }),
    ).toEqual({});
  });

  test.each([
    ["a profile that does not exist", "typo", "credentials_failed", "AWS_PROFILE"],
    ["a services section that does not exist", "no-section", "configuration", "services"],
    ["a flag that is neither true nor false", "bad-flag", "configuration", "use_fips_endpoint"],
    ["attempts that are no number", "bad-attempts", "configuration", "max_attempts"],
  ])("%s is an error that names the setting", async (_, profile, code, setting) => {
    const thrown = await loadProfileSettings({ env, profile }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(CallError);
    expect(thrown).toMatchObject({ code, facts: { profile, setting } });
  });

  test("a file that is there and cannot be read is an error", async () => {
    const thrown = await loadProfileSettings({ env: { ...env, AWS_CONFIG_FILE: home.path } }).catch(
      (error: unknown) => error,
    );
    expect(thrown).toMatchObject({
      code: "credentials_failed",
      facts: { setting: "AWS_CONFIG_FILE", systemCode: "EISDIR" },
    });
  });

  test.each([
    [{ HOME: "/h" }, "/h/.aws/config", "/h/.aws/credentials"],
    [{ USERPROFILE: "/u" }, "/u/.aws/config", "/u/.aws/credentials"],
    [{ HOME: "/h", AWS_CONFIG_FILE: "~/c", AWS_SHARED_CREDENTIALS_FILE: "/etc/keys" }, "/h/c", "/etc/keys"],
    [{ HOME: "/h", AWS_CONFIG_FILE: "" }, "/h/.aws/config", "/h/.aws/credentials"],
  ])("the files of %j", (of, configPath, credentialsPath) => {
    expect(sharedConfigPaths(of)).toEqual({ configPath, credentialsPath });
  });
});

/** Where AWS's own client would send a request, with this profile in its environment. */
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

describe.each(runtimes)("on %s", (runtime) => {
  test("the same settings come out", async () => {
    const { outcomes } = await probe(runtime, {
      home,
      profile: "by-service",
      steps: [{ do: "settings" }],
    });
    expect(outcomes).toEqual([{ ...(await loadProfileSettings({ env, profile: "by-service" })) }]);
  }, 40_000);
});

test("Deno that may not read files is no failure where no profile was asked for", async () => {
  const given = { home, denoFlags: ["--allow-env"], steps: [{ do: "settings" }] } as const;
  expect((await probe("deno", given)).outcomes).toEqual([{}]);
  expect((await probe("deno", { ...given, profile: "all" })).outcomes).toMatchObject([
    { code: "runtime_permission", missingPermission: "--allow-read" },
  ]);
}, 40_000);
