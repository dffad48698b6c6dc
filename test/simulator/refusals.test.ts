import { describe, expect, test } from "bun:test";
import { connect } from "node:net";
import {
  InvokeDataAutomationAsyncCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-bedrock-data-automation-runtime";
import { simulatorJobs } from "../../src/simulator/catalogue.ts";
import { arnOf, ask, failureOf, post, sdkClient, startSimulator, statusCall, statusTarget } from "./kit.ts";

const refusals: readonly (readonly [jobId: string, name: string])[] = [
  ["sim-validation", "ValidationException"],
  ["sim-access-denied", "AccessDeniedException"],
  ["sim-not-found", "ResourceNotFoundException"],
  ["sim-throttling", "ThrottlingException"],
  ["sim-too-many-requests", "TooManyRequestsException"],
  ["sim-quota", "ServiceQuotaExceededException"],
  ["sim-internal-server", "InternalServerException"],
  ["sim-service-unavailable", "ServiceUnavailableException"],
  ["sim-unrecognized-client", "UnrecognizedClientException"],
  ["sim-invalid-client-token", "InvalidClientTokenId"],
  ["sim-invalid-signature", "InvalidSignatureException"],
  ["sim-signature-does-not-match", "SignatureDoesNotMatch"],
  ["sim-missing-token", "MissingAuthenticationTokenException"],
  ["sim-incomplete-signature", "IncompleteSignatureException"],
  ["sim-expired-token", "ExpiredTokenException"],
  ["sim-request-expired", "RequestExpired"],
  ["sim-request-time-too-skewed", "RequestTimeTooSkewed"],
  ["sim-request-in-the-future", "RequestInTheFuture"],
  ["sim-unknown-operation", "UnknownOperationException"],
  ["sim-serialization", "SerializationException"],
  ["sim-unknown-exception", "TenantSuspendedException"],
];

describe("AWS's own client meets every exception", () => {
  test.each(refusals)("%s fails with %s", async (jobId, name) => {
    await using simulator = startSimulator();
    const failure = await failureOf(ask(sdkClient(simulator), arnOf(jobId)));
    expect(failure.name).toBe(name);
    expect(failure.message).toMatch(/^[A-Z].+/);
    expect(failure.$metadata.httpStatusCode).toBeGreaterThanOrEqual(400);
    expect(failure.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("and those are all the jobs of that group, but the one that is throttled at first", () => {
    const group = simulatorJobs.filter((job) => job.group === "Calls that AWS refuses");
    expect(group.map(({ jobId }) => jobId)).toEqual([
      ...refusals.map(([jobId]) => jobId),
      "sim-throttled-twice",
    ]);
  });

  test("the name stands in the body, or in the header alone: both are met", async () => {
    await using simulator = startSimulator();
    const inBody = await post(simulator, statusCall({ invocationArn: arnOf("sim-validation") }));
    expect(inBody.headers.get("x-amzn-errortype")).toBeNull();
    expect(await inBody.json()).toEqual({
      __type: expect.stringMatching(/#ValidationException$/),
      message: expect.any(String),
    });
    const inHeader = await post(simulator, statusCall({ invocationArn: arnOf("sim-not-found") }));
    expect(inHeader.headers.get("x-amzn-errortype")).toMatch(/^ResourceNotFoundException:/);
    expect(await inHeader.json()).toEqual({ Message: expect.any(String) });
    for (const { headers } of [inBody, inHeader]) {
      expect(headers.get("content-type")).toBe("application/x-amz-json-1.1");
      expect(Math.abs(Date.parse(headers.get("date") ?? "") - Date.now())).toBeLessThan(60_000);
    }
  });

  test("some say how long to wait", async () => {
    await using simulator = startSimulator();
    for (const jobId of ["sim-service-unavailable", "sim-too-many-requests"]) {
      const { headers } = await post(simulator, statusCall({ invocationArn: arnOf(jobId) }));
      expect(headers.get("retry-after")).toBe("1");
    }
  });
});

describe("throttled twice, and then fine", () => {
  test("a client that tries three times does not notice", async () => {
    await using simulator = startSimulator();
    const seen: unknown[] = [];
    const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 });
    const client = sdkClient(simulator, {
      retryStrategy: {
        acquireInitialRetryToken: async () => token(0),
        refreshRetryTokenForRetry: async (last, { errorType }) => {
          seen.push(errorType);
          return token(last.getRetryCount() + 1);
        },
        recordSuccess() {},
      },
    });
    expect((await ask(client, arnOf("sim-throttled-twice"))).status).toBe("Success");
    expect(seen).toEqual(["THROTTLING", "THROTTLING"]);
  });

  test("the sequence begins anew after each good answer", async () => {
    await using simulator = startSimulator();
    const client = sdkClient(simulator);
    const seen = [];
    for (let call = 0; call < 6; call += 1) {
      const answer = ask(client, arnOf("sim-throttled-twice"));
      seen.push(
        await answer.then(
          ({ status }) => status,
          ({ name }) => name,
        ),
      );
    }
    const once = ["ThrottlingException", "ThrottlingException", "Success"];
    expect(seen).toEqual([...once, ...once]);
  });
});

describe("a request that is signed well and wrong otherwise", () => {
  test.each([
    [arnOf("sim-nobody"), "us-east-1"],
    [arnOf("sim-success").replace("111122223333", "444455556666"), "us-east-1"],
    [arnOf("sim-success").replace("us-east-1", "us-west-2"), "us-west-2"],
    [arnOf("00000000-0000-4000-8000-000000000000"), "us-east-1"],
    [arnOf("sim-fleet-0000"), "us-east-1"],
    [arnOf("sim-fleet-1001"), "us-east-1"],
    [arnOf("SIM-SUCCESS"), "us-east-1"],
  ])("%s is not found", async (arn, region) => {
    await using simulator = startSimulator();
    const failure = await failureOf(ask(sdkClient(simulator, { region }), arn));
    expect(failure.name).toBe("ResourceNotFoundException");
  });

  test.each([
    ["an empty one", ""],
    ["a bare id", "sim-success"],
    ["a project", "arn:aws:bedrock:us-east-1:111122223333:data-automation-project/sim-success"],
    ["another service", "arn:aws:s3:::amzn-s3-demo-bucket/sim-success"],
    ["another partition", arnOf("sim-success").replace("arn:aws", "arn:aws-eu")],
    ["a short account", arnOf("sim-success").replace("111122223333", "11112222")],
    ["a blank at the end", arnOf("sim-success ")],
    ["a line break at the end", arnOf("sim-success\n")],
    ["129 characters", arnOf("x".repeat(129 - arnOf("").length))],
  ])("an ARN that is none is not valid: %s", async (_, arn) => {
    await using simulator = startSimulator();
    const failure = await failureOf(ask(sdkClient(simulator), arn));
    expect(failure.name).toBe("ValidationException");
  });

  test("128 characters are allowed", async () => {
    await using simulator = startSimulator();
    const longest = arnOf("x".repeat(128 - arnOf("").length));
    expect((await failureOf(ask(sdkClient(simulator), longest))).name).toBe("ResourceNotFoundException");
  });

  test.each([
    ["{}", "ValidationException"],
    ['{"invocationArn":null}', "ValidationException"],
    ['{"invocationArn":7}', "SerializationException"],
    ['{"invocationArn":["a"]}', "SerializationException"],
    ["[]", "SerializationException"],
    ["null", "SerializationException"],
    ["", "SerializationException"],
    ['{"invocationArn":', "SerializationException"],
  ])("the body %p is answered with %s", async (body, name) => {
    await using simulator = startSimulator();
    expect(await (await post(simulator, statusCall(body))).json()).toMatchObject({
      __type: expect.stringMatching(new RegExp(`#${name}$`)),
    });
  });

  test("the service's other operations are unknown here", async () => {
    await using simulator = startSimulator();
    const client = sdkClient(simulator);
    const started = client.send(
      new InvokeDataAutomationAsyncCommand({
        inputConfiguration: { s3Uri: "s3://amzn-s3-demo-bucket/in.pdf" },
        outputConfiguration: { s3Uri: "s3://amzn-s3-demo-bucket/out" },
        dataAutomationProfileArn:
          "arn:aws:bedrock:us-east-1:111122223333:data-automation-profile/us.data-automation-v1",
      }),
    );
    const listed = client.send(new ListTagsForResourceCommand({ resourceARN: arnOf("sim-success") }));
    for (const call of [started, listed]) {
      expect((await failureOf(call)).name).toBe("UnknownOperationException");
    }
  });

  test.each([
    ["another content type", { "content-type": "application/json", "x-amz-target": statusTarget }],
    ["JSON 1.0", { "content-type": "application/x-amz-json-1.0", "x-amz-target": statusTarget }],
    ["no target", { "content-type": "application/x-amz-json-1.1" }],
    [
      "another service's target",
      { "content-type": "application/x-amz-json-1.1", "x-amz-target": "A.GetDataAutomationStatus" },
    ],
  ])("%s is an unknown operation", async (_, headers) => {
    await using simulator = startSimulator();
    const request = { ...statusCall({ invocationArn: arnOf("sim-success") }), headers };
    expect(await (await post(simulator, request)).json()).toMatchObject({
      __type: expect.stringMatching(/#UnknownOperationException$/),
    });
  });

  test.each([
    ["GET", "/"],
    ["POST", "/other"],
    ["DELETE", "/a/b"],
  ])("%s %s is nothing that is served", async (method, path) => {
    await using simulator = startSimulator();
    const response = await fetch(`${simulator.url}${path}`, { method });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      __type: expect.stringContaining("UnknownOperationException"),
    });
  });

  test("a body over the cap is refused, whether its length was told or it comes in chunks", async () => {
    await using simulator = startSimulator();
    const large = " ".repeat(300 * 1024);
    const chunks = new ReadableStream({
      start(controller) {
        for (let at = 0; at < large.length; at += 1024) {
          controller.enqueue(new TextEncoder().encode(large.slice(at, at + 1024)));
        }
        controller.close();
      },
    });
    for (const body of [large, chunks]) {
      const response = await fetch(simulator.url, { method: "POST", body });
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ message: expect.stringContaining("262144 bytes") });
    }
  });

  test("a body that is announced as too long is not waited for", async () => {
    await using simulator = startSimulator();
    const { port } = new URL(simulator.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), "127.0.0.1");
      socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 262145\r\n\r\n");
      socket.once("data", (data) => {
        resolve(String(data));
        socket.destroy();
      });
      socket.once("error", reject);
    });
    expect(answer).toStartWith("HTTP/1.1 413");
  });
});
