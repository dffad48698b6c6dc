import { expect, test } from "bun:test";
import {
  BedrockDataAutomationRuntimeClient,
  GetDataAutomationStatusCommand,
} from "@aws-sdk/client-bedrock-data-automation-runtime";
import { readInvocationArn } from "../../src/aws/arn.ts";
import { createRuntimeClient } from "../../src/aws/runtime-client.ts";
import { silentLog, systemClock } from "../../src/ports.ts";
import { jobAnswer, type SeenRequest, scriptedEndpoint } from "../support/scripted-endpoint.ts";

const invocationArn = "arn:aws:bedrock:ap-south-1:111122223333:data-automation-invocation/0a1b2c3d";
const credentials = {
  accessKeyId: "AKIAWIRETEST",
  secretAccessKey: "wire-secret",
  sessionToken: "wire/token==",
};

/** Headers that describe the SDK or its retries, and those that every HTTP client sets as it likes. */
const theirOwn = [
  "accept",
  "accept-encoding",
  "amz-sdk-invocation-id",
  "amz-sdk-request",
  "authorization",
  "connection",
  "content-length",
  "host",
  "user-agent",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-user-agent",
];

function protocolHeaders({ headers }: SeenRequest): [string, string][] {
  return [...headers].filter(([name]) => !theirOwn.includes(name)).sort();
}

test("what arrives on the wire is what AWS's SDK sends", async () => {
  await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
  const reading = readInvocationArn(invocationArn);
  if (!reading.ok) throw new Error("not an ARN");

  const ours = await createRuntimeClient({
    fetch,
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    credentials: {
      get: async () => ({ ...credentials, source: "test", signingKeys: new Map() }),
      refused() {},
    },
    maxAttempts: 1,
    attemptTimeoutMs: 5000,
    totalTimeoutMs: 5000,
    endpoint: { useFips: false, useDualStack: false, endpointUrl: endpoint.url },
  }).getDataAutomationStatus(reading.arn);
  const theirs = await new BedrockDataAutomationRuntimeClient({
    region: "ap-south-1",
    endpoint: endpoint.url,
    credentials,
    maxAttempts: 1,
  }).send(new GetDataAutomationStatusCommand({ invocationArn }));

  expect(ours.status).toBe(theirs.status ?? "none");
  const [mine, sdk] = endpoint.requests;
  if (mine === undefined || sdk === undefined) throw new Error("two requests were expected");
  expect([mine.method, mine.path]).toEqual([sdk.method, sdk.path]);
  expect(JSON.parse(mine.body)).toEqual(JSON.parse(sdk.body));
  expect(protocolHeaders(mine)).toEqual(protocolHeaders(sdk));
  const scope = ({ headers }: SeenRequest) =>
    /Credential=([^,]+)/.exec(headers.get("authorization") ?? "")?.[1];
  expect(scope(mine)).toBe(scope(sdk) ?? "none");
});
