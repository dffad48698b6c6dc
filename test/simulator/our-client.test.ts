import { describe, expect, test } from "bun:test";
import { readInvocationArn } from "../../src/aws/arn.ts";
import { createRuntimeClient, type ServiceClientParts } from "../../src/aws/runtime-client.ts";
import { createStsClient } from "../../src/aws/sts-client.ts";
import { silentLog, systemClock } from "../../src/ports.ts";
import { xmlElements } from "../../src/simulator/wire/aws-xml.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { arnOf, identityCall, post, type Started, startSimulator } from "./kit.ts";

const hour = 3_600_000;

function partsFor({ url, credentials }: Started): ServiceClientParts {
  return {
    fetch,
    clock: systemClock,
    random: () => 0,
    log: silentLog,
    credentials: {
      get: async () => ({ ...credentials, source: "test", signingKeys: new Map() }),
      refused() {},
    },
    maxAttempts: 1,
    attemptTimeoutMs: 5000,
    totalTimeoutMs: 5000,
    endpoint: { useFips: false, useDualStack: false, endpointUrl: url },
  };
}

describe("GetCallerIdentity", () => {
  test("tells the simulated user, by whichever region it is asked", async () => {
    await using simulator = startSimulator();
    const sts = createStsClient(partsFor(simulator));
    for (const region of ["us-east-1", "eu-central-1"]) {
      expect(await sts.getCallerIdentity({ partition: "aws", region })).toMatchObject({
        accountId: "111122223333",
        arn: "arn:aws:iam::111122223333:user/simulated",
      });
    }
  });

  test("is XML, with a request id in it that the header has too", async () => {
    await using simulator = startSimulator();
    const response = await post(simulator, identityCall, { service: "sts" });
    expect(response.headers.get("content-type")).toBe("text/xml");
    expect(await response.text()).toContain(
      `<RequestId>${response.headers.get("x-amzn-requestid")}</RequestId>`,
    );
  });

  test.each([
    ["Action=AssumeRole&Version=2011-06-15", "ValidationError"],
    ["Action=GetFederationToken&Version=2011-06-15", "InvalidAction"],
    ["Action=GetCallerIdentity&Version=2014-01-01", "InvalidAction"],
    ["Version=2011-06-15", "InvalidAction"],
    ["", "InvalidAction"],
  ])("%p is answered with %s", async (body, code) => {
    await using simulator = startSimulator();
    const response = await post(simulator, { ...identityCall, body }, { service: "sts" });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
  });
});

test("text in XML is escaped, and what XML cannot hold is replaced", () => {
  expect(xmlElements({ Code: "A", Message: `<b> & "c" 'd' \u0000\u001b\n` })).toBe(
    "<Code>A</Code><Message>&lt;b&gt; &amp; &quot;c&quot; &apos;d&apos; \ufffd\ufffd\n</Message>",
  );
});

test.each([-hour, hour])(
  "a client whose clock is off by %d ms learns so from the answer, and is served",
  async (offset) => {
    await using simulator = startSimulator({}, new FakeClock(Date.now() + offset));
    const reading = readInvocationArn(arnOf("sim-success"));
    if (!reading.ok) throw new Error("not an ARN");
    const job = await createRuntimeClient(partsFor(simulator)).getDataAutomationStatus(reading.arn);
    expect(job.status).toBe("Success");
    const sts = createStsClient(partsFor(simulator));
    const identity = await sts.getCallerIdentity({ partition: "aws", region: "us-east-1" });
    expect(identity.clockOffsetSeconds).toBeCloseTo(-offset / 1000, -1);
  },
);
