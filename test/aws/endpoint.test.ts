import { describe, expect, test } from "bun:test";
import { CallError } from "../../src/aws/call-error.ts";
import { endpointSettings, readEndpointUrl, resolveEndpoint } from "../../src/aws/endpoint.ts";
import { runtimeHostPrefix } from "../../src/aws/runtime-client.ts";

const host = "bedrock-data-automation-runtime";

const usEast1 = { partition: "aws", region: "us-east-1" };

/** The service's published endpoint cases: region, FIPS, dual-stack, host. */
const published: readonly (readonly [
  partition: string,
  region: string,
  fips: boolean,
  dual: boolean,
  url: string,
])[] = [
  ["aws", "us-east-1", true, true, `https://${host}-fips.us-east-1.api.aws`],
  ["aws", "us-east-1", true, false, `https://${host}-fips.us-east-1.amazonaws.com`],
  ["aws", "us-east-1", false, true, `https://${host}.us-east-1.api.aws`],
  ["aws", "us-east-1", false, false, `https://${host}.us-east-1.amazonaws.com`],
  ["aws-cn", "cn-north-1", true, true, `https://${host}-fips.cn-north-1.api.amazonwebservices.com.cn`],
  ["aws-cn", "cn-north-1", true, false, `https://${host}-fips.cn-north-1.amazonaws.com.cn`],
  ["aws-cn", "cn-north-1", false, true, `https://${host}.cn-north-1.api.amazonwebservices.com.cn`],
  ["aws-cn", "cn-north-1", false, false, `https://${host}.cn-north-1.amazonaws.com.cn`],
  ["aws-us-gov", "us-gov-east-1", true, true, `https://${host}-fips.us-gov-east-1.api.aws`],
  ["aws-us-gov", "us-gov-east-1", true, false, `https://${host}-fips.us-gov-east-1.amazonaws.com`],
  ["aws-us-gov", "us-gov-east-1", false, true, `https://${host}.us-gov-east-1.api.aws`],
  ["aws-us-gov", "us-gov-east-1", false, false, `https://${host}.us-gov-east-1.amazonaws.com`],
  ["aws-iso", "us-iso-east-1", true, false, `https://${host}-fips.us-iso-east-1.c2s.ic.gov`],
  ["aws-iso", "us-iso-east-1", false, false, `https://${host}.us-iso-east-1.c2s.ic.gov`],
  ["aws-iso-b", "us-isob-east-1", true, false, `https://${host}-fips.us-isob-east-1.sc2s.sgov.gov`],
  ["aws-iso-b", "us-isob-east-1", false, false, `https://${host}.us-isob-east-1.sc2s.sgov.gov`],
];

function failure(run: () => unknown): CallError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof CallError) return thrown;
  }
  throw new Error("no CallError was thrown");
}

describe("the endpoint follows the service's published rules", () => {
  test.each(published)("%s %s, FIPS %p, dual-stack %p", (partition, region, useFips, useDualStack, url) => {
    const settings = { useFips, useDualStack };
    expect(resolveEndpoint(runtimeHostPrefix, { partition, region }, settings).href).toBe(`${url}/`);
  });

  const custom = { useFips: false, useDualStack: false, endpointUrl: "https://example.com" };

  test("a custom endpoint is called as it is", () => {
    expect(resolveEndpoint(runtimeHostPrefix, usEast1, custom).href).toBe("https://example.com/");
  });

  test("a custom endpoint needs no region", () => {
    expect(resolveEndpoint(runtimeHostPrefix, { partition: "aws", region: "" }, custom).href).toBe(
      "https://example.com/",
    );
  });

  test("FIPS or dual-stack with a custom endpoint is a contradiction that is named", () => {
    const fips = failure(() => resolveEndpoint(runtimeHostPrefix, usEast1, { ...custom, useFips: true }));
    expect([fips.code, fips.message]).toEqual(["configuration", expect.stringContaining("FIPS")]);
    const dual = failure(() =>
      resolveEndpoint(runtimeHostPrefix, usEast1, { ...custom, useDualStack: true }),
    );
    expect([dual.code, dual.message]).toEqual(["configuration", expect.stringContaining("dual-stack")]);
  });

  test("without a region there is no endpoint", () => {
    const settings = { useFips: false, useDualStack: false };
    const none = failure(() =>
      resolveEndpoint(runtimeHostPrefix, { partition: "aws", region: "" }, settings),
    );
    expect(none.code).toBe("configuration");
  });

  test.each([
    ["aws", "us-gov-west-1"],
    ["aws", "cn-north-1"],
    ["aws-cn", "us-east-1"],
    ["aws", "evil.example.com#"],
    ["aws", "us-east-1.evil"],
    ["aws", "US-EAST-1"],
    ["aws-eusc", "eusc-de-east-1"],
  ])("a region that is not of partition %s never becomes a host: %s", (partition, region) => {
    const settings = { useFips: false, useDualStack: false };
    expect(failure(() => resolveEndpoint(runtimeHostPrefix, { partition, region }, settings)).code).toBe(
      "configuration",
    );
  });
});

describe("where a custom endpoint comes from", () => {
  const service = "bedrock_data_automation_runtime";
  const own = "https://own.example";
  const general = "https://general.example";
  const profile = {
    endpointUrl: "https://profile.example",
    serviceEndpointUrls: { [service]: "https://profile-own.example" },
  };

  test("the service's variable, the general one, the profile's for the service, the profile's", () => {
    const both = { AWS_ENDPOINT_URL_BEDROCK_DATA_AUTOMATION_RUNTIME: own, AWS_ENDPOINT_URL: general };
    expect(endpointSettings(service, both, profile).endpointUrl).toBe(own);
    expect(endpointSettings(service, { AWS_ENDPOINT_URL: general }, profile).endpointUrl).toBe(general);
    expect(endpointSettings(service, {}, profile).endpointUrl).toBe("https://profile-own.example");
    expect(endpointSettings("sts", {}, profile).endpointUrl).toBe("https://profile.example");
    expect(endpointSettings(service, {}).endpointUrl).toBeUndefined();
  });

  test("what set it is known, and named with what is set there where that cannot be used", () => {
    const wrongOf = (env: Record<string, string>, of = {}) =>
      failure(() => resolveEndpoint("x", usEast1, endpointSettings(service, env, of))).facts;
    const given = "http://me:pass/word@example.com/?token=abc";
    const shown = "http://…@example.com/?…";
    expect(
      wrongOf({ AWS_ENDPOINT_URL_BEDROCK_DATA_AUTOMATION_RUNTIME: given, AWS_ENDPOINT_URL: own }),
    ).toEqual({
      setting: "AWS_ENDPOINT_URL_BEDROCK_DATA_AUTOMATION_RUNTIME",
      given: shown,
    });
    expect(wrongOf({ AWS_ENDPOINT_URL: given })).toEqual({ setting: "AWS_ENDPOINT_URL", given: shown });
    expect(wrongOf({}, { profile: "dev", endpointUrl: given })).toEqual({
      setting: "endpoint_url",
      profile: "dev",
      given: shown,
    });
    expect(wrongOf({}, { profile: "dev", serviceEndpointUrls: { [service]: given } })).toEqual({
      setting: `${service}.endpoint_url`,
      profile: "dev",
      given: shown,
    });
    expect(wrongOf({ AWS_USE_FIPS_ENDPOINT: "true", AWS_ENDPOINT_URL: own })).toMatchObject({
      setting: "AWS_ENDPOINT_URL",
    });
  });

  test("a blank variable is one that is not set", () => {
    expect(endpointSettings(service, { AWS_ENDPOINT_URL: "  " }, profile).endpointUrl).toBe(
      "https://profile-own.example",
    );
    expect(endpointSettings(service, { AWS_ENDPOINT_URL: " " }).endpointUrl).toBeUndefined();
  });

  test("all of them are ignored when AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or the profile says so", () => {
    const env = { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true", AWS_ENDPOINT_URL: general };
    expect(endpointSettings(service, env, profile).endpointUrl).toBeUndefined();
    const ignoring = { ...profile, ignoreConfiguredEndpointUrls: true };
    expect(endpointSettings(service, {}, ignoring).endpointUrl).toBeUndefined();
    const back = { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false" };
    expect(endpointSettings(service, back, ignoring).endpointUrl).toBe("https://profile-own.example");
  });

  test("FIPS and dual-stack come from the environment before the profile", () => {
    const settings = { useFipsEndpoint: true, useDualstackEndpoint: false };
    expect(endpointSettings(service, {}, settings)).toEqual({ useFips: true, useDualStack: false });
    const env = { AWS_USE_FIPS_ENDPOINT: "false", AWS_USE_DUALSTACK_ENDPOINT: "TRUE" };
    expect(endpointSettings(service, env, settings)).toEqual({ useFips: false, useDualStack: true });
  });

  test("a switch that is neither true nor false is named", () => {
    const wrong = failure(() => endpointSettings(service, { AWS_USE_FIPS_ENDPOINT: "yes" }));
    expect(wrong.facts.setting).toBe("AWS_USE_FIPS_ENDPOINT");
  });

  test.each([
    "http://127.0.0.1:4566",
    "http://localhost:4566",
    "http://[::1]:4566",
    "https://vpce.example/x",
  ])("%s is taken", (url) => {
    expect(readEndpointUrl(url).href).toStartWith(url);
  });

  test.each([
    "http://example.com",
    "http://127.0.0.1.example.com",
    "http://10.0.0.1",
    "ftp://127.0.0.1",
    "example.com",
    "https://user:secret@example.com",
    "https://example.com/?a=b",
    "",
  ])("%p is refused, and its text is not repeated", (url) => {
    const wrong = failure(() => readEndpointUrl(url));
    expect(wrong.code).toBe("configuration");
    expect(wrong.message).not.toContain("secret");
  });
});
