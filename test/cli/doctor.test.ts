import { describe, expect, test } from "bun:test";
import { checkClock } from "../../src/cli/doctor-call-checks.ts";
import { checkCredentials, checkEndpoint, checkRegion, checkRuntime } from "../../src/cli/doctor-checks.ts";
import { homePlace } from "../../src/cli/home-place.ts";
import { arnOf, startSimulator } from "../simulator/kit.ts";
import {
  awsError,
  jobAnswer,
  type ScriptedEndpoint,
  type SeenRequest,
  scriptedEndpoint,
} from "../support/scripted-endpoint.ts";
import { isolated, type RunOptions, runCommand } from "./run-command.ts";

const arn = "arn:aws:bedrock:eu-west-1:111122223333:data-automation-invocation/0a1b2c3d";

function identity(accountId = "111122223333"): Response {
  return new Response(
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
       <Arn>arn:aws:iam::${accountId}:user/me</Arn><UserId>AIDAEXAMPLE</UserId><Account>${accountId}</Account>
     </GetCallerIdentityResult></GetCallerIdentityResponse>`,
    { headers: { "content-type": "text/xml" } },
  );
}

function isSts({ body }: SeenRequest): boolean {
  return body.startsWith("Action=");
}

/** STS and the service behind one endpoint, as with `AWS_ENDPOINT_URL`. */
function aws(
  answers: { readonly sts?: () => Response; readonly status?: () => Response } = {},
): ScriptedEndpoint {
  const { sts = () => identity(), status = () => jobAnswer({ status: "Success" }) } = answers;
  return scriptedEndpoint((request) => (isSts(request) ? sts() : status()));
}

function doctor(endpoint: ScriptedEndpoint, args: readonly string[] = [], options: RunOptions = {}) {
  const { env, ...rest } = options;
  return runCommand(["doctor", ...args], {
    env: { ...isolated, AWS_ENDPOINT_URL: endpoint.url, ...env },
    ...rest,
  });
}

describe("doctor", () => {
  test("says of every line that it is good, and ends with 0", async () => {
    await using endpoint = aws();
    const { code, stdout, stderr } = await doctor(endpoint, [arn]);
    expect([code, stderr]).toEqual([0, ""]);
    const names = ["runtime", "region", "endpoint", "credentials", "identity", "clock", "status call"];
    for (const name of names) expect(stdout).toMatch(new RegExp(`^good ${name} `, "m"));
    expect(stdout).toContain("key id …0001, long-lived");
    expect(stdout).toContain("arn:aws:iam::111122223333:user/me, account 111122223333");
    expect(stdout).toContain(`${endpoint.url} (set by AWS_ENDPOINT_URL)`);
    expect(stdout).toContain("eu-west-1, from the ARN");
    expect(stdout).toEndWith("\nAll that was checked is good.\n");
  });

  test("asks STS in the job's region, and once each", async () => {
    await using endpoint = aws();
    await doctor(endpoint, [arn]);
    expect(endpoint.requests).toHaveLength(2);
    const sts = endpoint.requests.find(isSts);
    expect(sts?.headers.get("authorization")).toContain("/eu-west-1/sts/aws4_request");
  });

  test("without an ARN it says that the call itself was not tried", async () => {
    await using endpoint = aws();
    const { code, stdout } = await doctor(endpoint, [], { env: { AWS_REGION: "ap-south-1" } });
    expect(code).toBe(0);
    expect(stdout).toContain("ap-south-1, from AWS_REGION");
    expect(stdout).toMatch(/^skip status call .*give the ARN of a job/m);
    expect(endpoint.requests).toHaveLength(1);
  });

  test("no credentials: that line is bad with its mend, and nobody is called", async () => {
    await using endpoint = aws();
    const { code, stdout } = await doctor(endpoint, [arn], {
      env: { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, HOME: "/nonexistent" },
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^bad {2}credentials {2}no_credentials/m);
    expect(stdout).toContain("> Set AWS_PROFILE (or --profile) to a profile");
    for (const name of ["identity", "clock", "status call"]) expect(stdout).toContain(`skip ${name} `);
    expect(stdout).toEndWith("\n1 of 8 bad: credentials.\n");
    expect(endpoint.requests).toHaveLength(0);
  });

  test("an ARN of another account, where the call is refused, is said to be one", async () => {
    await using endpoint = aws({
      sts: () => identity("999988887777"),
      status: () => awsError("AccessDeniedException", "not authorized"),
    });
    const { code, stdout } = await doctor(endpoint, [arn]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^bad {2}status call {2}AccessDeniedException: .*"not authorized"/m);
    expect(stdout).toContain("The job is of account 111122223333, the credentials of 999988887777");
    expect(stdout).toContain(
      "bedrock:GetDataAutomationStatus on arn:aws:bedrock:eu-west-1:111122223333:data-automation-invocation/*",
    );
  });

  test("an ARN of another account is nobody's concern where the call was never made, or broke off", async () => {
    for (const status of [() => awsError("ThrottlingException", ""), () => new Response("<html>")]) {
      await using endpoint = aws({ sts: () => identity("999988887777"), status });
      const { stdout } = await doctor(endpoint, [arn], { env: { AWS_MAX_ATTEMPTS: "1" } });
      expect(stdout).toMatch(/^bad {2}status call /m);
      expect(stdout).not.toContain("999988887777: most likely");
    }
  });

  test("an STS that answers something else is named, with how it began, and tells the time all the same", async () => {
    await using endpoint = aws({ sts: () => new Response("<html>Log in to the network</html>") });
    const { stdout } = await doctor(endpoint, [], { env: { AWS_ENDPOINT_URL_STS: endpoint.url } });
    const { host } = new URL(endpoint.url);
    expect(stdout).toMatch(/^bad {2}identity /m);
    expect(stdout).toContain(`${host} answered with something of a shape that the service does not have.`);
    expect(stdout).toContain('The answer began: "<html>Log in to the network</html>"');
    expect(stdout).not.toContain("JSON");
    expect(stdout).toMatch(/^good clock /m);
  });

  test("a refused identity leaves the status call its own line", async () => {
    await using endpoint = aws({
      sts: () =>
        new Response(
          "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>no such key</Message></Error></ErrorResponse>",
          { status: 403 },
        ),
    });
    const { code, stdout } = await doctor(endpoint, [arn]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^bad {2}identity {5}InvalidClientTokenId: .*"no such key"/m);
    expect(stdout).toMatch(/^good status call/m);
    expect(stdout).toMatch(/^good clock {8}In step/m);
  });

  test("a clock that is ten minutes fast is bad, although AWS answered", async () => {
    await using endpoint = aws();
    const { code, stdout } = await doctor(endpoint, [], { clock: { now: () => Date.now() + 600_000 } });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^bad {2}clock {8}(10 min( \d+ s)?|9 min 5\d s) ahead of AWS's/m);
    expect(stdout).toContain("Set this machine's clock right");
  });

  test("--json has the same for programs", async () => {
    await using endpoint = aws();
    const { code, stdout } = await doctor(endpoint, ["--json", arn]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ ok: true, name: "bedrock-data-automation-mcp" });
    const facts = Object.fromEntries(
      report.checks.map((check: { name: string; facts?: object }) => [check.name, check.facts]),
    );
    expect(facts).toMatchObject({
      credentials: { source: "environment", accessKeyIdEnding: "0001", kind: "long-lived" },
      identity: { accountId: "111122223333" },
      "status call": { status: "Success" },
    });
  });

  test("on a terminal: signs, colours, and lines that fit the window", async () => {
    await using endpoint = aws({ status: () => awsError("ResourceNotFoundException", "no such job") });
    const { stdout } = await doctor(endpoint, [arn], { columns: 72 });
    expect(stdout).toContain("\x1b[32m✓ runtime");
    expect(stdout).toContain("\x1b[31m✗ status call");
    for (const line of Bun.stripANSI(stdout).split("\n")) expect(line.length).toBeLessThanOrEqual(72);
  });

  test("what is no invocation ARN is refused before anything is asked", async () => {
    await using endpoint = aws();
    const { code, stdout, stderr } = await doctor(endpoint, ["s3://bucket/x"]);
    expect([code, stdout, endpoint.requests.length]).toEqual([2, "", 0]);
    expect(stderr).toContain("an Amazon S3 location");
  });

  test("no secret is in what it says, whatever goes wrong", async () => {
    const secret = "planted-secret-key-planted-secret-key-00";
    const token = "planted-session-token";
    for (const id of ["ASIATESTKEY000000009", secret]) {
      await using endpoint = aws({ sts: () => new Response("no", { status: 500 }) });
      for (const json of [[], ["--json"]]) {
        const { stdout, stderr } = await doctor(endpoint, [...json, "--log-level", "debug", arn], {
          env: {
            AWS_ACCESS_KEY_ID: id,
            AWS_SECRET_ACCESS_KEY: secret,
            AWS_SESSION_TOKEN: token,
            AWS_MAX_ATTEMPTS: "1",
          },
        });
        const all = stdout + stderr;
        expect(all).not.toContain("planted");
        expect(stdout).not.toContain(secret.slice(-4));
        expect(all).not.toContain("ASIATEST");
      }
    }
  });
});

describe("single checks", () => {
  test.each([
    ["Node 18.20.0", undefined, "bad"],
    ["Node 20.0.0", undefined, "good"],
    ["Bun 1.4.5", undefined, "good"],
    ["Deno 2.9.6", "--allow-net", "bad"],
  ] as const)("%s, without %s, is %s", (name, missing, state) => {
    expect(checkRuntime(name, missing).state).toBe(state);
  });

  test.each([
    [[undefined], "skipped", "Not known"],
    [[undefined, 0], "good", "In step"],
    [[-30], "good", "30 s behind"],
    [[240], "good", "4 min ahead"],
    [[-241], "bad", "4 min 1 s behind"],
  ] as const)("a clock that is off by %j s is %s", (offsets, state, words) => {
    expect(checkClock(offsets)).toMatchObject({ state, text: expect.stringContaining(words) });
  });

  const keys = { secretAccessKey: "s", source: "environment", signingKeys: new Map() };
  const tried = (accessKeyId: string, more: object = {}) =>
    ({ ok: true, milliseconds: 1, value: { ...keys, accessKeyId, ...more } }) as const;

  test("temporary credentials say how long they are good for", () => {
    const check = checkCredentials(
      tried("ASIAEXAMPLE000001234", { sessionToken: "t", expiresAt: 3_660_000, source: "profile dev" }),
      { lenient: false, now: 0 },
    );
    expect(check.text).toBe("From profile dev, key id …1234, temporary, good for another 1 h 1 min");
  });

  test("an id that is none is bad before AWS, and not shown; a custom endpoint may take it", () => {
    const check = checkCredentials(tried("my-secret/key+of40characters"), { lenient: false, now: 0 });
    expect(check).toMatchObject({ state: "bad", mend: expect.stringContaining("AKIA") });
    expect(checkCredentials(tried("test"), { lenient: true, now: 0 }).state).toBe("good");
    expect(JSON.stringify(check)).not.toContain("ters");
  });

  test("a region that is none is bad and names the variable", () => {
    const check = checkRegion(homePlace(undefined, { AWS_DEFAULT_REGION: "useast1" }, {}));
    expect(check).toMatchObject({
      state: "bad",
      text: expect.stringContaining('AWS_DEFAULT_REGION is "useast1"'),
    });
  });

  test.each([
    [{}, {}, "us-east-1", "aws", "default"],
    [{}, { region: "cn-north-1" }, "cn-north-1", "aws-cn", "the profile"],
    [{ AWS_DEFAULT_REGION: "eu-west-2" }, { region: "cn-north-1" }, "eu-west-2", "aws", "AWS_DEFAULT_REGION"],
    [
      { AWS_REGION: "us-gov-west-1", AWS_DEFAULT_REGION: "eu-west-2" },
      {},
      "us-gov-west-1",
      "aws-us-gov",
      "AWS_REGION",
    ],
  ])("%j and a profile with %j: %s", (env, profile, region, partition, from) => {
    expect(homePlace(undefined, env, profile)).toEqual({ region, partition, from });
  });

  test.each([
    [{ setting: "AWS_ENDPOINT_URL" }, "set by AWS_ENDPOINT_URL"],
    [{ setting: "endpoint_url", profile: "dev" }, "set by endpoint_url of profile dev"],
  ])("a custom endpoint says who set it: %j", (endpointFrom, words) => {
    const settings = { endpointUrl: "http://127.0.0.1:1", endpointFrom, useFips: false, useDualStack: false };
    const value = { url: new URL(settings.endpointUrl), settings };
    const check = checkEndpoint({ ok: true, milliseconds: 0, value }, { simulate: false });
    expect(check.text).toBe(`http://127.0.0.1:1 (${words})`);
  });

  test("AWS's own endpoints say when they are FIPS or dual-stack", () => {
    const value = {
      url: new URL("https://bedrock-data-automation-runtime-fips.us-east-1.api.aws/"),
      settings: { useFips: true, useDualStack: true },
    };
    const check = checkEndpoint({ ok: true, milliseconds: 0, value }, { simulate: false });
    expect(check.text).toEndWith("api.aws (AWS's own, FIPS, dual-stack)");
  });
});

describe("doctor --caller-role", () => {
  const role = "arn:aws:iam::111122223333:role/bda";

  test("tries to assume it, and makes the call with its rights", async () => {
    await using simulator = startSimulator();
    const { credentials, url } = simulator;
    const env = {
      ...isolated,
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    const job = arnOf("sim-success");
    const args = ["doctor", job, "--caller-role", role, "--caller-tag", "team=Team"];
    const { code, stdout } = await runCommand(args, { env });
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^good caller role .*was assumed as bda-mcp-doctor/m),
    ]);
    expect(stdout).toMatch(/^good status call /m);
    const denied = ["doctor", "--caller-role", role.replace("/bda", "/sim-denied"), "--json"];
    const refused = await runCommand(denied, { env });
    const checks: readonly { name: string; state: string; mend?: string }[] = JSON.parse(
      refused.stdout,
    ).checks;
    expect([refused.code, checks.find(({ name }) => name === "caller role")]).toEqual([
      1,
      expect.objectContaining({ state: "bad", mend: expect.stringContaining('"sts:SetSourceIdentity"') }),
    ]);
  });
});
