import { expect, test } from "bun:test";
import { readInvocationArn } from "../../src/aws/arn.ts";
import { CallError } from "../../src/aws/call-error.ts";
import type { Credentials } from "../../src/aws/credentials.ts";
import { type CallOptions, createRuntimeClient } from "../../src/aws/runtime-client.ts";
import { silentLog, systemClock } from "../../src/ports.ts";
import { awsError, jobAnswer, type Script, scriptedEndpoint } from "../support/scripted-endpoint.ts";

const keys: Credentials = {
  accessKeyId: "AKIA1",
  secretAccessKey: "s",
  source: "environment",
  signingKeys: new Map(),
};

async function ask(script: Script, options: CallOptions) {
  await using endpoint = scriptedEndpoint(script);
  const client = createRuntimeClient({
    fetch,
    clock: systemClock,
    random: () => 0, // no pauses
    log: silentLog,
    credentials: { get: async () => keys, refused() {} },
    maxAttempts: 3,
    attemptTimeoutMs: 10_000,
    totalTimeoutMs: 30_000,
    endpoint: { useFips: false, useDualStack: false, endpointUrl: endpoint.url },
  });
  const reading = readInvocationArn("arn:aws:bedrock:eu-west-1:111122223333:data-automation-invocation/a");
  if (!reading.ok) throw new Error("not an ARN");
  const outcome = await client
    .getDataAutomationStatus(reading.arn, options)
    .catch((thrown: unknown) => thrown);
  return { outcome, requests: endpoint.requests.length };
}

test("whoever counts calls hears of each further attempt before it is made, with why", async () => {
  let made = 0;
  const heard: string[] = [];
  const { outcome } = await ask(
    () => {
      made += 1;
      return made < 3 ? awsError("ThrottlingException", "Rate exceeded") : jobAnswer({ status: "Success" });
    },
    {
      async beforeRetry(failure) {
        heard.push(`${failure.code} after ${made}`);
      },
    },
  );
  expect(outcome).toMatchObject({ status: "Success" });
  expect(heard).toEqual(["throttled after 1", "throttled after 2"]);
});

test("a call that is cancelled while its next attempt is held back ends at once", async () => {
  const controller = new AbortController();
  const { outcome, requests } = await ask(() => awsError("ThrottlingException", "Rate exceeded"), {
    signal: controller.signal,
    beforeRetry: () => {
      queueMicrotask(() => controller.abort());
      return new Promise(() => {});
    },
  });
  expect(outcome).toBeInstanceOf(CallError);
  expect(outcome).toMatchObject({ code: "cancelled" });
  expect(requests).toBe(1);
});

test("a good answer, and one that is final, ask nobody", async () => {
  let asked = 0;
  const beforeRetry = async () => {
    asked += 1;
  };
  await ask(() => jobAnswer({ status: "Created" }), { beforeRetry });
  await ask(() => awsError("AccessDeniedException", "no"), { beforeRetry });
  expect(asked).toBe(0);
});
