import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Credentials } from "../../src/aws/credentials.ts";
import { withoutSecrets } from "../../src/aws/without-secrets.ts";

const keys: Credentials = {
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "FwoGZXIvYXdzEJr//////////wEaDPlantedToken+/9==",
  source: "environment",
  signingKeys: new Map(),
};
const signature = "0a1b".repeat(16);
const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/20260305/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=${signature}`;

function cleaned(
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  credentials = keys,
) {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const answer = withoutSecrets(
    { status: 403, headers: new Headers(headers), body: bytes },
    credentials,
    signature,
  );
  return { ...answer, text: new TextDecoder().decode(answer.body) };
}

describe("an answer that quotes the request", () => {
  test.each([
    ["as it is", (secret: string) => secret],
    ["in JSON", (secret: string) => JSON.stringify(secret).replaceAll("/", "\\/")],
    ["in a URL", encodeURIComponent],
    [
      "in HTML",
      (secret: string) =>
        Bun.escapeHTML(secret).replaceAll("+", "&#43;").replaceAll("/", "&#x2F;").replaceAll("=", "&#61;"),
    ],
  ])("loses the secrets, %s, and nothing else", (_, write) => {
    for (const secret of [keys.secretAccessKey, keys.sessionToken ?? "", signature]) {
      const { text } = cleaned(`käse 🙂 ${write(secret)} and ${write(secret)} <end>`);
      expect(text).not.toContain(write(secret).slice(1, -1));
      expect(text).toMatch(/^käse 🙂 "?\[removed\]"? and "?\[removed\]"? <end>$/);
    }
  });

  test("loses them in headers too", () => {
    const { headers } = cleaned("", { "x-amzn-requestid": `for ${keys.sessionToken}`, date: "today" });
    expect([headers.get("x-amzn-requestid"), headers.get("date")]).toEqual(["for [removed]", "today"]);
  });

  test("still shows the key id, which is no secret, unless it is something else in its place", () => {
    expect(cleaned(authorization).text).toContain(`Credential=${keys.accessKeyId}/`);
    expect(cleaned(authorization).text).toEndWith("Signature=[removed]");
    const swapped = { ...keys, accessKeyId: keys.secretAccessKey, secretAccessKey: keys.accessKeyId };
    expect(cleaned(`key ${keys.secretAccessKey}`, {}, swapped).text).toBe("key [removed]");
  });
});

test("an answer that quotes nothing is passed on as it is, byte for byte", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (body) => {
      const answer = { status: 200, headers: new Headers({ etag: "x" }), body };
      expect(withoutSecrets(answer, keys, signature)).toBe(answer);
    }),
  );
});

test("what is no text around a secret stays what it was", () => {
  const token = new TextEncoder().encode(keys.sessionToken);
  const { body } = cleaned(new Uint8Array([0xff, 0x00, 0xc3, ...token, 0x80, 0xfe]));
  expect([...body]).toEqual([0xff, 0x00, 0xc3, ...new TextEncoder().encode("[removed]"), 0x80, 0xfe]);
});

test("keys of nobody, like those of a local stand-in for AWS, change no words", () => {
  const local = { ...keys, accessKeyId: "test", secretAccessKey: "test", sessionToken: "token" };
  expect(cleaned("a test of a token", {}, local).text).toBe("a test of a token");
});
