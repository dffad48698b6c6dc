import { describe, expect, test } from "bun:test";
import { encode } from "gpt-tokenizer";
import {
  CallError,
  type CallErrorCode,
  type CallErrorFacts,
  callErrorCodes,
} from "../../src/aws/call-error.ts";
import { callFailureText } from "../../src/jobs/call-failure-text.ts";
import { explainCallFailure } from "../../src/jobs/explain-call-failure.ts";
import type { CallFailureExplanation } from "../../src/jobs/explanation.ts";
import { arn, arnIn, holes } from "./kit.ts";

const host = "bedrock-data-automation-runtime.us-east-1.amazonaws.com";

function explained(code: CallErrorCode, facts: CallErrorFacts = {}) {
  return explainCallFailure({ code, facts: { operation: "GetDataAutomationStatus", host, ...facts } }, arn);
}

type Who = CallFailureExplanation["whoMustAct"];
type Again = CallFailureExplanation["tryAgain"];

const rows: [CallErrorCode, CallErrorFacts, Who, Again, RegExp, RegExp][] = [
  [
    "validation",
    {},
    "caller",
    "no",
    /malformed, or for one of another resource/,
    /InvokeDataAutomationAsync returned/,
  ],
  [
    "access_denied",
    { credentialSource: "profile dev" },
    "account_administrator",
    "after_fix",
    /profile dev.*may not read/,
    /bedrock:GetDataAutomationStatus on arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation\/\*,/,
  ],
  ["not_found", {}, "caller", "no", /no such job in us-east-1/, /account 111122223333.*too old/],
  ["throttled", { attempts: 3 }, "caller", "later", /Too many calls.*3 calls made/, /Wait/],
  ["service_fault", {}, "aws", "later", /fault of its own/, /Wait/],
  [
    "unknown_key",
    { profile: "dev" },
    "server_operator",
    "after_fix",
    /region us-east-1 is not enabled for the account/,
    /get-caller-identity --profile dev.*AWS_SESSION_TOKEN/,
  ],
  ["bad_signature", {}, "server_operator", "after_fix", /secret key/, /AWS_SECRET_ACCESS_KEY/],
  [
    "expired_token",
    { credentialSource: "profile dev" },
    "server_operator",
    "after_fix",
    /expired/,
    /aws sso login --profile dev/,
  ],
  [
    "expired_token",
    { credentialSource: "environment" },
    "server_operator",
    "after_fix",
    /from environment/,
    /new AWS_ACCESS_KEY_ID.*AWS_SESSION_TOKEN and restart the program/,
  ],
  ["expired_token", {}, "server_operator", "after_fix", /expired/, /aws sso login\./],
  [
    "clock_skew",
    { clockOffsetSeconds: -3600 },
    "server_operator",
    "after_fix",
    /clock is off/,
    /1 h behind AWS's/,
  ],
  ["not_signed", {}, "server_operator", "after_fix", /without a whole signature/, /Authorization/],
  [
    "wrong_service",
    {},
    "server_operator",
    "after_fix",
    /not the Bedrock Data Automation runtime/,
    /AWS_ENDPOINT_URL_BEDROCK_DATA_AUTOMATION_RUNTIME/,
  ],
  ["unknown_aws_error", { httpStatus: 400 }, "caller", "no", /no explanation/, /AWS's own words/],
  ["unknown_aws_error", { httpStatus: 503 }, "aws", "later", /no explanation/, /AWS's own words/],
  ["no_such_bucket", { operation: "GetObject" }, "caller", "no", /does not exist/, /paid for again/],
  [
    "bucket_of_other_account",
    { operation: "GetObject" },
    "account_administrator",
    "after_fix",
    /belongs to another account/,
    /bucket policy/,
  ],
  [
    "kms_denied",
    { operation: "GetObject", region: "eu-west-1" },
    "account_administrator",
    "after_fix",
    /may not use/,
    /kms:Decrypt.*s3\.eu-west-1\.amazonaws\.com/,
  ],
  [
    "kms_key_unusable",
    { operation: "GetObject" },
    "account_administrator",
    "after_fix",
    /disabled/,
    /Enable the key/,
  ],
  ["object_archived", { operation: "GetObject" }, "caller", "after_fix", /archived/, /Restore/],
  [
    "wrong_region",
    { operation: "GetObject", bucketRegion: "eu-west-1" },
    "server_operator",
    "after_fix",
    /another region: eu-west-1/,
    /AWS_ENDPOINT_URL_S3/,
  ],
  [
    "not_json",
    { httpStatus: 502 },
    "server_operator",
    "later",
    /HTTP status 502 is not JSON.*proxy/,
    /proxies/,
  ],
  ["not_json", { httpStatus: 200 }, "server_operator", "after_fix", /not JSON, or only a part/, /proxies/],
  ["unexpected_answer", {}, "server_operator", "after_fix", /shape/, /up to date/],
  ["too_large", { limitBytes: 1024 * 1024 }, "server_operator", "after_fix", /larger than 1 MiB/, /proxies/],
  [
    "redirect",
    { redirectHost: "login.example" },
    "server_operator",
    "after_fix",
    /redirect to login\.example.*not followed/,
    /never redirects/,
  ],
  [
    "network",
    { systemCode: "ECONNREFUSED" },
    "server_operator",
    "later",
    /could not be reached \(ECONNREFUSED\)/,
    /firewall/,
  ],
  [
    "network",
    { httpStatus: 200, systemCode: "ECONNRESET" },
    "server_operator",
    "later",
    /began to answer \(HTTP status 200\), and broke off \(ECONNRESET\)/,
    /firewall/,
  ],
  [
    "name_not_resolved",
    {},
    "server_operator",
    "later",
    /bedrock-data-automation-runtime\.us-east-1\.amazonaws\.com does not resolve.*not offered in us-east-1/,
    /DNS/,
  ],
  [
    "tls",
    { systemCode: "SELF_SIGNED_CERT_IN_CHAIN" },
    "server_operator",
    "after_fix",
    /SELF_SIGNED/,
    /NODE_EXTRA_CA_CERTS.*DENO_CERT.*Do not turn verification off/,
  ],
  [
    "tls",
    { systemCode: "EPROTO", speaksTls: false },
    "server_operator",
    "after_fix",
    /most likely it does not speak TLS on this port/,
    /^Check the port, .*http:/,
  ],
  ["timeout", { timeoutMs: 10_000 }, "server_operator", "later", /within 10 s/, /--attempt-timeout/],
  ["cancelled", {}, "caller", "later", /cancelled/, /Nothing is broken/],
  [
    "no_credentials",
    {},
    "server_operator",
    "after_fix",
    /No AWS credentials were found/,
    /AWS_PROFILE.*AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/,
  ],
  [
    "login_expired",
    { profile: "my team" },
    "server_operator",
    "after_fix",
    /login.*expired/,
    /aws sso login --profile 'my team'.*without a restart/,
  ],
  [
    "credentials_failed",
    { credentialSource: "profile dev" },
    "server_operator",
    "after_fix",
    /from profile dev/,
    /get-caller-identity --profile dev/,
  ],
  [
    "runtime_permission",
    { missingPermission: "--allow-env" },
    "server_operator",
    "after_fix",
    /Deno was started without --allow-env/,
    /Add --allow-env to deno run's flags/,
  ],
  [
    "caller_not_known",
    { roleArn: "arn:aws:iam::111122223333:role/bda" },
    "server_operator",
    "after_fix",
    /The role arn:aws:iam::111122223333:role\/bda is assumed for whoever asks, and nobody said who/,
    /Nobody is given the server's own rights/,
  ],
  [
    "claim_missing",
    { claim: "team", claimProblem: "absent", sessionTags: "Team" },
    "server_operator",
    "after_fix",
    /token has no claim team/,
    /put team into the token.*--caller-tag team=Team/,
  ],
  [
    "claim_missing",
    { claim: "team", claimProblem: "no_tag_value", sessionTags: "Team" },
    "server_operator",
    "after_fix",
    /claim team of the caller's token holds something that is no session tag's value/,
    /one text of at most 256/,
  ],
  [
    "place_not_served",
    { notServed: "region" },
    "server_operator",
    "after_fix",
    /Jobs of .* are not served here/,
    /can add --allowed-region .*BDA_MCP_ALLOWED_REGIONS/,
  ],
  [
    "place_not_served",
    { notServed: "account" },
    "server_operator",
    "after_fix",
    /Jobs of .* are not served here/,
    /can add --allowed-account .*BDA_MCP_ALLOWED_ACCOUNTS/,
  ],
  [
    "place_not_served",
    { notServed: "partition" },
    "server_operator",
    "after_fix",
    /Jobs of .* are not served here/,
    /--caller-role is of that partition/,
  ],
  [
    "configuration",
    { setting: "AWS_ENDPOINT_URL" },
    "server_operator",
    "after_fix",
    /The setting AWS_ENDPOINT_URL cannot be used/,
    /Correct AWS_ENDPOINT_URL/,
  ],
];

describe("every failure has its own answer: what it means, who must act, the remedy, whether to ask again", () => {
  test.each(rows)("%s %j", (code, facts, whoMustAct, tryAgain, meaning, remedy) => {
    const answer = explained(code, facts);
    expect(answer).toMatchObject({ whoMustAct, tryAgain });
    expect(answer.meaning).toMatch(meaning);
    expect(answer.remedy).toMatch(remedy);
    expect(answer.tryAgainInSeconds === undefined).toBe(tryAgain !== "later" || code === "cancelled");
  });

  test("no code is without a row, and no two say the same", () => {
    const covered = new Set(rows.map(([code]) => code));
    expect(callErrorCodes.filter((code) => !covered.has(code))).toEqual([]);
    const meanings = callErrorCodes.map((code) => explained(code).meaning);
    expect(new Set(meanings).size).toBe(callErrorCodes.length);
  });
});

describe("the facts go into the answer", () => {
  test("AWS's name for the error, else ours", () => {
    expect(explained("throttled", { awsErrorName: "TooManyRequestsException" }).name).toBe(
      "TooManyRequestsException",
    );
    expect(explained("network").name).toBe("network");
    expect(explained("validation", { awsErrorName: "\u202e\x1b[0m" }).name).toBe("validation");
  });

  test("partition, region and account of this ARN", () => {
    const { remedy } = explainCallFailure(
      { code: "access_denied", facts: {} },
      arnIn("us-gov-west-1", "aws-us-gov"),
    );
    expect(remedy).toContain(
      "arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:data-automation-invocation/*",
    );
    expect(explainCallFailure({ code: "access_denied", facts: {} }).remedy).toContain(
      "bedrock:<region>:<account>:",
    );
  });

  test("how long AWS asked to wait", () => {
    expect(explained("throttled", { retryAfterSeconds: 77 }).tryAgainInSeconds).toBe(77);
    expect(explained("service_fault", { retryAfterSeconds: 7 }).tryAgainInSeconds).toBe(7);
  });

  test.each([
    [240, false],
    [241, true],
    [-241, true],
    [undefined, false],
  ])("a clock that is off by %p s is told: %p", (offset, told) => {
    for (const code of ["access_denied", "bad_signature", "not_found"] as const) {
      const { remedy } = explained(code, offset === undefined ? {} : { clockOffsetSeconds: offset });
      expect(/This machine's clock is 4 min( 1 s)? (ahead of|behind) AWS's/.test(remedy)).toBe(told);
    }
    expect(explained("clock_skew", { clockOffsetSeconds: 900 }).remedy.match(/clock is/g)).toHaveLength(1);
  });

  test("what a setting lacks, in the words of whoever checked it", () => {
    const error = new CallError("configuration", "The configured endpoint URL must begin with https://.", {
      setting: "AWS_ENDPOINT_URL",
    });
    expect(explainCallFailure(error, arn).meaning).toContain("must begin with https://");
  });

  test.each([
    [{ login: "sso", profile: "dev" }, "aws sso login --profile dev."],
    [{ login: "console", profile: "dev" }, "aws login --profile dev."],
    [{ login: "process", profile: "dev" }, "credential_process of profile dev"],
    [{ login: "process" }, "the credential_process stands for"],
    [{ credentialSource: "profile dev (SSO)" }, "aws sso login --profile dev."],
    [{ credentialSource: "profile my team (console login)" }, "aws login --profile 'my team'."],
    [{ credentialSource: "profile dev (credential_process)" }, "credential_process of profile dev"],
    [
      { credentialSource: "profile dev (keys in a file)" },
      "Put new keys into profile dev in ~/.aws, with the tool that wrote the old ones there.",
    ],
    [{ credentialSource: "profile dev (assumed role)" }, "aws sso login --profile dev."],
    [{ credentialSource: "instance metadata" }, "renewed by itself"],
    [{ credentialSource: "environment" }, "restart the program with them"],
    [{}, "aws sso login."],
  ] as const)("the command that renews %j", (facts, command) => {
    expect(explained("expired_token", facts).remedy).toContain(command);
    expect(explained("login_expired", facts).remedy).toContain(command);
  });

  test("exactly one command renews a login", () => {
    for (const login of ["sso", "console"] as const) {
      const { remedy } = explained("login_expired", { login, profile: "dev" });
      expect(remedy.match(/\baws (\w+ )?login\b/g)).toEqual([
        login === "sso" ? "aws sso login" : "aws login",
      ]);
    }
    expect(explained("login_expired", { login: "process", profile: "dev" }).remedy).not.toMatch(/\baws /);
  });

  test("half a pair of keys, and why a source failed, in the words of whoever looked", () => {
    const half = new CallError("no_credentials", "A is set without B.", { setting: "B" });
    expect(explainCallFailure(half, arn).meaning).toContain("A is set without B.");
    expect(explainCallFailure(half, arn).remedy).toStartWith("Set B too, ");
    const failed = new CallError("credentials_failed", "The source needs an MFA code.");
    expect(explainCallFailure(failed, arn).meaning).toContain("needs an MFA code");
  });

  test("where no credentials were found, the flag with which Deno would have looked further", () => {
    const { remedy } = explained("no_credentials", { missingPermission: "--allow-net" });
    expect(remedy).toContain("add --allow-net to deno run's flags");
    expect(explained("no_credentials").remedy).not.toContain("deno");
  });

  test("the port of the host that was called, or AWS's own", () => {
    expect(explained("network").remedy).toContain(`for ${host} on port 443,`);
    const { remedy } = explained("network", { host: "127.0.0.1:4566" });
    expect(remedy).toContain("for 127.0.0.1:4566, and");
    expect(remedy).not.toContain("443");
  });

  test("an ARN as it was written before November 2025 is a resource of its own", () => {
    const old = { ...arn, resourceType: "insights-invocation" } as const;
    const place = "arn:aws:bedrock:us-east-1:111122223333:";
    expect(explainCallFailure({ code: "access_denied", facts: {} }, old).remedy).toContain(
      `${place}data-automation-invocation/* and ${place}insights-invocation/*,`,
    );
    expect(explained("access_denied").remedy).not.toContain("insights");
  });

  test("nobody at a terminal is told of a server", () => {
    for (const code of callErrorCodes) {
      const { meaning, remedy } = explained(code, { credentialSource: "environment" });
      expect(`${meaning} ${remedy}`).not.toMatch(/this server/i);
    }
  });

  test("STS and S3 are not taken for the status call", () => {
    expect(explained("access_denied", { operation: "GetCallerIdentity" }).meaning).toContain(
      "sts:GetCallerIdentity",
    );
    const object = { bucket: "out", key: "a//b.json" };
    const facts = { operation: "GetObject", expectedBucketOwner: "111122223333" };
    const denied = explainCallFailure({ code: "access_denied", facts }, arn, object);
    expect(denied.remedy).toMatch(
      /s3:GetObject on arn:aws:s3:::out\/a\/\/b\.json and s3:ListBucket on arn:aws:s3:::out .*kms:Decrypt/,
    );
    expect(denied.meaning).toContain("the job's own account 111122223333");
    expect(explainCallFailure({ code: "not_found", facts }, arn, object).meaning).toContain(
      "s3://out/a//b.json",
    );
    expect(
      explained("too_large", { operation: "GetObject", limitBytes: 32 * 1024 * 1024, sizeBytes: 2 ** 31 })
        .meaning,
    ).toContain("larger than 32 MiB (2,048 MiB)");
  });

  test("a KMS key is named where AWS's words name it, and only there", () => {
    const remedy = (awsMessage?: string) =>
      explained("kms_denied", { operation: "GetObject", ...(awsMessage === undefined ? {} : { awsMessage }) })
        .remedy;
    const key = "arn:aws:kms:us-east-1:111122223333:key/0a1b-2c3d";
    expect(remedy(`not authorized to perform: kms:Decrypt on resource: ${key} because of "x"`)).toStartWith(
      `Allow kms:Decrypt on ${key}, through`,
    );
    for (const words of [undefined, "kms:Decrypt on the resource associated with this ciphertext"]) {
      expect(remedy(words)).toStartWith("Allow kms:Decrypt on the KMS key that the object's or the bucket's");
      expect(remedy(words)).not.toContain("AWS's words");
    }
  });

  test("an archived object is named where the sentence speaks of it", () => {
    const object = { bucket: "out", key: "a/b.json" };
    expect(explainCallFailure({ code: "object_archived", facts: {} }, arn, object).meaning).toBe(
      "The object s3://out/a/b.json is archived (S3 Glacier or an archive tier) and cannot be read as it is.",
    );
  });

  test("nothing is left empty, whatever is known", () => {
    for (const code of callErrorCodes) {
      for (const facts of [
        {},
        { operation: "GetObject" },
        { operation: "GetCallerIdentity" },
        { httpStatus: 500 },
      ]) {
        for (const answer of [
          explainCallFailure({ code, facts }),
          explainCallFailure({ code, facts }, arn),
        ]) {
          expect(holes(answer)).toEqual([]);
          expect(`${answer.meaning} ${answer.remedy}`).not.toMatch(/undefined|null|NaN| {2}/);
        }
      }
    }
  });

  test("text from outside stays clean wherever it goes", () => {
    const evil = 'a\u202e\x1b[31m\n\n"b';
    const facts = {
      awsErrorName: evil,
      awsMessage: evil,
      bodyExcerpt: evil,
      requestId: evil,
      host: evil,
      redirectHost: evil,
      credentialSource: `profile ${evil}`,
      missingPermission: evil,
      setting: evil,
      systemCode: evil,
      bucketRegion: evil,
      expectedBucketOwner: evil,
      region: evil,
    };
    for (const code of callErrorCodes) {
      for (const operation of ["GetDataAutomationStatus", "GetObject"]) {
        const answer = explainCallFailure({ code, facts: { ...facts, operation } }, arn, {
          bucket: evil,
          key: evil,
        });
        const text = callFailureText(answer, { ...facts, operation }, arn);
        expect(`${JSON.stringify(answer)}${text.replaceAll("\n", "")}`).not.toMatch(
          /[\p{Cc}\p{Bidi_Control}]/u,
        );
      }
    }
  });
});

describe("the text of a failed call", () => {
  const facts: CallErrorFacts = {
    operation: "GetDataAutomationStatus",
    awsErrorName: "AccessDeniedException",
    awsMessage: 'User is "not" authorized',
    requestId: "req-1",
  };

  test("says first that the call failed and not the job, then everything to act on", () => {
    const text = callFailureText(explained("access_denied", facts), facts, arn);
    const lines = text.split("\n");
    expect(lines[0]).toBe(`The call failed, not the job: nothing is known of the job ${arn.text}.`);
    expect(lines[1]).toStartWith("AccessDeniedException: ");
    expect(text).toContain("AWS's words: \"User is 'not' authorized\"");
    expect(text).toMatch(
      /To do, by an administrator of AWS account 111122223333: Allow bedrock:GetDataAutomationStatus/,
    );
    expect(text).toContain("Ask again: after the fix. Do not start the job again because of this.");
    expect(text).toContain("AWS request id: req-1");
    expect(encode(text).length).toBeLessThan(280);
  });

  test.each([
    ["throttled", "Ask again: in 15 s."],
    ["not_found", "Ask again: no, the same call would fail again."],
    ["cancelled", "Ask again: any time."],
    ["no_credentials", "Ask again: after the fix."],
  ] as const)("%s: %s", (code, words) => {
    expect(callFailureText(explained(code), {}, arn)).toContain(words);
  });

  test("shows the beginning of an answer that is not AWS's, as a quotation", () => {
    const html = { bodyExcerpt: "<html>\n<title>502 Bad Gateway</title>" };
    const text = callFailureText(explained("not_json", html), html);
    expect(text).toContain('The answer began: "<html> <title>502 Bad Gateway</title>"');
    expect(text).not.toContain("undefined");
    const empty = { bodyExcerpt: "\n" };
    expect(callFailureText(explained("not_json", empty), empty)).toContain("\nThe answer was empty.\n");
  });

  test("is short for every failure", () => {
    for (const code of callErrorCodes) {
      const long = { ...facts, awsMessage: "word ".repeat(10_000) };
      expect(encode(callFailureText(explained(code, long), long, arn)).length).toBeLessThan(450);
    }
  });

  test("a failed reading of results does not say that nothing is known of the job", () => {
    const s3 = { operation: "GetObject" };
    const text = callFailureText(explained("not_found", s3), s3, arn);
    expect(text).toStartWith("The call GetObject failed, not the job");
    expect(text).not.toContain("nothing is known");
  });
});
