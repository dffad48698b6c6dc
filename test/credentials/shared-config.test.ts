import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { CallError } from "../../src/aws/call-error.ts";
import { loadProfileSettings } from "../../src/aws/shared-config.ts";
import { sharedConfigPaths } from "../../src/aws/shared-config-files.ts";
import { runtimes } from "../support/runtimes.ts";
import { probe, temporaryHome } from "./child.ts";
import { configFile, credentialsFile } from "./shared-config-files.ts";

const home = temporaryHome({ ".aws/config": configFile, ".aws/credentials": credentialsFile });
afterAll(() => home[Symbol.dispose]());
const env = { HOME: home.path };

describe("a profile's settings", () => {
  test("are read whole", async () => {
    expect(await loadProfileSettings({ env, profile: "all" })).toEqual({
      profile: "all",
      region: "eu-central-1",
      maxAttempts: 7,
      useDualstackEndpoint: true,
      useFipsEndpoint: false,
      ignoreConfiguredEndpointUrls: true,
      endpointUrl: "https://all.example",
    });
    expect(await loadProfileSettings({ env, profile: "by-service" })).toEqual({
      profile: "by-service",
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
    expect(await loadProfileSettings({ env })).toEqual({ profile: "default", region: "eu-west-1" });
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
      message: "The file that AWS_CONFIG_FILE names is there and cannot be read (EISDIR).",
      facts: { setting: "AWS_CONFIG_FILE", systemCode: "EISDIR" },
    });
  });

  test("at its usual place it is called by that", async () => {
    mkdirSync(`${home.path}/elsewhere/.aws/credentials`, { recursive: true });
    const thrown = await loadProfileSettings({ env: { HOME: `${home.path}/elsewhere` } }).catch(
      (error: unknown) => error,
    );
    expect(thrown).toMatchObject({ message: "~/.aws/credentials is there and cannot be read (EISDIR)." });
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
    { code: "runtime_permission", missingPermission: `--allow-read=${home.path}/.aws` },
  ]);
}, 40_000);
