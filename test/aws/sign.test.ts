import { expect, test } from "bun:test";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { sign } from "../../src/aws/sign.ts";
import { Sha256 } from "../support/sha256.ts";

const word = fc.stringMatching(/^[A-Za-z0-9/+=]{8,40}$/);
const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/);
const headers = fc
  .dictionary(fc.stringMatching(/^x-amz-[a-z]{3,12}$/), headerValue, { maxKeys: 5 })
  .map(({ "x-amz-date": _, ...rest }) => ({
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "AmazonBedrockKeystoneRuntimeService.GetDataAutomationStatus",
    ...rest,
  }));

test("with equal headers and date the Authorization header is byte for byte that of AWS's own signer", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,24}$/),
        secretAccessKey: word,
        sessionToken: fc.option(word, { nil: undefined }),
        region: fc.constantFrom("us-east-1", "eu-south-2", "us-gov-west-1", "cn-north-1"),
        signedAt: fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) }),
        body: fc.string({ unit: "grapheme", maxLength: 300 }),
        headers,
      }),
      async ({ accessKeyId, secretAccessKey, sessionToken, region, signedAt, body, headers }) => {
        const url = new URL(`https://bedrock-data-automation-runtime.${region}.amazonaws.com/`);
        const session = sessionToken === undefined ? {} : { sessionToken };
        const ours = await sign(
          { method: "POST", url, headers, body, service: "bedrock", region, signedAt },
          { accessKeyId, secretAccessKey, ...session, source: "test", signingKeys: new Map() },
        );
        const theirs = await new SignatureV4({
          service: "bedrock",
          region,
          sha256: Sha256,
          credentials: { accessKeyId, secretAccessKey, ...session },
          applyChecksum: false,
        }).sign(
          {
            method: "POST",
            protocol: "https:",
            hostname: url.hostname,
            path: "/",
            headers: { host: url.host, ...headers },
            body,
          },
          { signingDate: new Date(signedAt) },
        );
        expect(new Headers(ours.init.headers).get("authorization")).toBe(
          theirs.headers.authorization ?? "none",
        );
      },
    ),
    { numRuns: 300 },
  );
});

test("calls of one second to one place, under way together, are each signed for their own body", async () => {
  const keys = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "x", source: "test" };
  const place = { url: new URL("https://example.com/"), headers: { "content-type": "application/json" } };
  const request = { method: "POST", ...place, service: "bedrock", region: "us-east-1" } as const;
  const bodies = ["one", "two", "", "one again"];
  const shared = { ...keys, signingKeys: new Map() };
  const signatures = async (credentials: () => typeof shared, milliseconds: number) =>
    Promise.all(
      bodies.map(async (body, index) => {
        const signedAt = milliseconds + index;
        const { init, signature } = await sign({ ...request, body, signedAt }, credentials());
        expect(new Headers(init.headers).get("authorization")).toEndWith(`Signature=${signature}`);
        return [init.body, signature];
      }),
    );
  for (const second of [1_700_000_000_000, 1_700_000_001_000]) {
    const alone = await signatures(() => ({ ...keys, signingKeys: new Map() }), second);
    expect(await signatures(() => shared, second)).toEqual(alone);
  }
});

test("the user agent names this product and its version, and is not signed", async () => {
  const { init } = await sign(
    {
      method: "POST",
      url: new URL("https://example.com/"),
      headers: {},
      service: "bedrock",
      region: "us-east-1",
      signedAt: 0,
    },
    { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "x", source: "test", signingKeys: new Map() },
  );
  const headers = new Headers(init.headers);
  expect(headers.get("user-agent")).toMatch(/^bedrock-data-automation-mcp\/\d+\.\d+\.\d+/);
  expect(headers.get("authorization")).toContain("SignedHeaders=host;x-amz-date,");
});
