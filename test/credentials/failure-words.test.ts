import { describe, expect, test } from "bun:test";
import { credentialFailure } from "../../src/aws/credential-failure.ts";
import { deniedPermission } from "../../src/aws/credential-permission.ts";
import type { CredentialPlan } from "../../src/aws/credential-plan.ts";

const role: CredentialPlan = { kind: "role", profile: "dev", settings: {} };

/** As AWS's packages throw what a service answered. */
function serviceError(name: string, message: string): Error {
  return Object.assign(new Error(message), {
    name,
    $fault: "client",
    $metadata: { httpStatusCode: 403, requestId: "req-1" },
  });
}

describe("a failed source", () => {
  test("is told with AWS's own name, words, status and request id", () => {
    expect(credentialFailure(serviceError("AccessDenied", "not allowed"), role)).toMatchObject({
      code: "credentials_failed",
      facts: {
        awsErrorName: "AccessDenied",
        awsMessage: "not allowed",
        httpStatus: 403,
        requestId: "req-1",
        profile: "dev",
        credentialSource: "profile dev (assumed role)",
      },
    });
  });

  test("whose signature was refused is told without AWS's words, which quote the session token", () => {
    const words = "The Canonical String should have been 'POST x-amz-security-token:MARK'";
    const failure = credentialFailure(serviceError("SignatureDoesNotMatch", words), role);
    expect(failure.facts.awsErrorName).toBe("SignatureDoesNotMatch");
    expect(Bun.inspect(failure, { depth: 10 })).not.toContain("MARK");
  });

  test("is told without a token that the service quotes", () => {
    const words = `The token ${"eyJhbGciOiJSUzI1NiJ9.MARK".repeat(9)} is not good`;
    const failure = credentialFailure(serviceError("InvalidIdentityToken", words), role);
    expect(failure.facts.awsMessage).toBe("The token [removed] is not good");
    expect(Bun.inspect(failure, { depth: 10 })).not.toContain("MARK");
  });

  test("never carries words that are not known", () => {
    const noted = ["a note with MARK"];
    for (const thrown of [new Error('Unexpected token in "MARK"'), "MARK", { message: "MARK" }, undefined]) {
      const failure = credentialFailure(thrown, role, noted);
      expect(failure.code).toBe("credentials_failed");
      expect(Bun.inspect(failure, { depth: 10 })).not.toContain("MARK");
    }
  });

  test("caps AWS's words", () => {
    const { awsMessage } = credentialFailure(serviceError("AccessDenied", "word ".repeat(2_000)), role).facts;
    expect(awsMessage?.length).toBe(500);
  });

  test.each([
    ["thrown", Object.assign(new Error('Requires net access to "x:443"'), { name: "NotCapable" }), []],
    [
      "in a cause",
      new Error("failed", {
        cause: Object.assign(
          new Error('Requires net access to "x:443", run again with the --allow-net flag'),
          {
            name: "NotCapable",
          },
        ),
      }),
      [],
    ],
    [
      "in words",
      new Error('NotCapable: Requires net access to "x:443", run again with the --allow-net flag'),
      [],
    ],
    ["in a note of the chain", new Error("no links left"), ['NotCapable: Requires net access to "x:443"']],
  ])("names the flag that Deno lacks, %s", (_, thrown, notes) => {
    expect(credentialFailure(thrown, role, notes)).toMatchObject({
      code: "runtime_permission",
      facts: { missingPermission: "--allow-net=x:443" },
    });
  });

  test.each([
    ['env access to "AWS_REGION"', "--allow-env=AWS_*"],
    ['env access to "HOME"', "--allow-env=HOME"],
    ["env access", "--allow-env"],
    ['read access to "/home/me/.aws/config"', "--allow-read=/home/me/.aws"],
    ['read access to "C:\\Users\\me\\.aws\\sso\\cache\\1.json"', "--allow-read=C:\\Users\\me\\.aws"],
    ['read access to "/var/run/token"', "--allow-read=/var/run/token"],
    ["read access to <CWD>", "--allow-read"],
    ['sys access to "osRelease"', "--allow-sys=osRelease"],
  ])("is told with the narrowest flag: %s", (requires, flag) => {
    const thrown = new Error(`Requires ${requires}, run again with the --allow-x flag`);
    expect(deniedPermission(Object.assign(thrown, { name: "NotCapable" }))).toBe(flag);
  });
});
