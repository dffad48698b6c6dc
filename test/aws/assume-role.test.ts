import { expect, test } from "bun:test";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { CallError } from "../../src/aws/call-error.ts";
import { createStsClient } from "../../src/aws/sts-client.ts";
import { silentLog, systemClock } from "../../src/ports.ts";
import { startSimulator } from "../simulator/kit.ts";
import { type SeenRequest, scriptedEndpoint } from "../support/scripted-endpoint.ts";

const roleArn = "arn:aws:iam::111122223333:role/readers/bda-reader";
const master = { accessKeyId: "AKIATESTKEY000000001", secretAccessKey: "test-secret-access-key" };
const session = {
  name: "alice@example.com",
  tags: [
    { key: "Team", value: "Größe 7/x + more" },
    { key: "cost:center", value: "a+b=c" },
  ],
};
const place = { partition: "aws", region: "eu-west-1" };

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

function stsAt(endpointUrl: string, keys: Keys = master) {
  return createStsClient({
    fetch,
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    credentials: {
      get: async () => ({ ...keys, source: "test", signingKeys: new Map() }),
      refused() {},
    },
    maxAttempts: 1,
    attemptTimeoutMs: 5000,
    totalTimeoutMs: 5000,
    endpoint: { useFips: false, useDualStack: false, endpointUrl },
  });
}

function theirs(url: string, keys: Keys = master) {
  return fromTemporaryCredentials({
    masterCredentials: keys,
    params: {
      RoleArn: roleArn,
      RoleSessionName: session.name,
      SourceIdentity: session.name,
      DurationSeconds: 3600,
      Tags: session.tags.map(({ key: Key, value: Value }) => ({ Key, Value })),
    },
    clientConfig: { region: place.region, endpoint: url, maxAttempts: 1 },
  })();
}

const answer = (inner: string) =>
  new Response(
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
      <AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId><Arn>arn:aws:sts::111122223333:assumed-role/r/s</Arn></AssumedRoleUser>
      <Credentials>${inner}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    { headers: { "content-type": "text/xml" } },
  );
const whole =
  "<AccessKeyId>ASIA000000000000ROLE</AccessKeyId><SecretAccessKey>a/b+c=</SecretAccessKey><SessionToken>t/o+k==</SessionToken><Expiration>2035-01-02T03:04:05Z</Expiration>";

test("what arrives on the wire is what AWS's SDK sends", async () => {
  await using endpoint = scriptedEndpoint(() => answer(whole));
  const ours = await stsAt(endpoint.url).assumeRole({ roleArn, session, durationSeconds: 3600 }, place);
  const sdk = await theirs(endpoint.url);
  expect(ours).toEqual({
    accessKeyId: sdk.accessKeyId,
    secretAccessKey: sdk.secretAccessKey,
    sessionToken: sdk.sessionToken ?? "none",
    expiresAt: sdk.expiration?.getTime() ?? 0,
  });
  const [mine, his] = endpoint.requests;
  if (mine === undefined || his === undefined) throw new Error("two requests were expected");
  const form = ({ body }: SeenRequest) => Object.fromEntries([...new URLSearchParams(body)].sort());
  expect(form(mine)).toEqual(form(his));
  expect(Object.keys(form(mine))).toHaveLength(10);
  expect([mine.method, mine.path]).toEqual([his.method, his.path]);
  const type = ({ headers }: SeenRequest) => headers.get("content-type")?.split(";")[0];
  expect(type(mine)).toBe(type(his) ?? "none");
  const scope = ({ headers }: SeenRequest) =>
    /Credential=([^,]+)/.exec(headers.get("authorization") ?? "")?.[1];
  expect(scope(mine)).toBe(scope(his) ?? "none");
});

test("an STS that checks signatures and forms takes both, and gives keys that it takes", async () => {
  await using simulator = startSimulator();
  const { credentials, url } = simulator;
  const sdk = await theirs(url, credentials);
  const ours = await stsAt(url, credentials).assumeRole({ roleArn, session, durationSeconds: 3600 }, place);
  expect(ours.accessKeyId).not.toBe(sdk.accessKeyId);
  const { sessionToken: _, ...withoutToken } = ours;
  expect(await stsAt(url, withoutToken).getCallerIdentity(place).catch(codeOf)).toBe("unknown_key");
  const identity = await stsAt(url, ours).getCallerIdentity(place);
  expect(identity.arn).toBe("arn:aws:sts::111122223333:assumed-role/bda-reader/alice@example.com");
});

function codeOf(thrown: unknown): unknown {
  return thrown instanceof CallError ? thrown.code : thrown;
}

test.each([
  ["no token", whole.replace(/<SessionToken>.*<\/SessionToken>/, "")],
  ["no expiry", whole.replace(/<Expiration>.*<\/Expiration>/, "")],
  ["an expiry that is no date", whole.replace("2035-01-02T03:04:05Z", "soon")],
  ["an empty secret", whole.replace("a/b+c=", "")],
  ["nothing", ""],
])("an answer with %s is refused, and nothing of it is told", async (_, inner) => {
  await using endpoint = scriptedEndpoint(() => answer(inner));
  const failure: unknown = await stsAt(endpoint.url)
    .assumeRole({ roleArn, session, durationSeconds: 3600 }, place)
    .catch((thrown: unknown) => thrown);
  if (!(failure instanceof CallError)) throw new Error("a CallError was expected");
  expect([failure.code, failure.facts.operation]).toEqual(["unexpected_answer", "AssumeRole"]);
  expect(JSON.stringify([failure.message, failure.facts])).not.toMatch(/a\/b\+c|t\/o\+k/);
});

test("what an STS that answers something else tells of itself goes into the failure", async () => {
  await using endpoint = scriptedEndpoint(
    () => new Response("<html>", { headers: { "x-amzn-requestid": "id-1", date: new Date().toUTCString() } }),
  );
  const failure: unknown = await stsAt(endpoint.url)
    .getCallerIdentity(place)
    .catch((thrown: unknown) => thrown);
  if (!(failure instanceof CallError)) throw new Error("a CallError was expected");
  const { host } = new URL(endpoint.url);
  const told = { host, region: place.region, httpStatus: 200, requestId: "id-1", bodyExcerpt: "<html>" };
  expect(failure.facts).toMatchObject(told);
  expect(Math.abs(failure.facts.clockOffsetSeconds ?? 99)).toBeLessThan(5);
});

test("an answer over 64 KiB is not read on", async () => {
  await using endpoint = scriptedEndpoint(() => answer(`${"<x>y</x>".repeat(20_000)}${whole}`));
  const failure: unknown = await stsAt(endpoint.url)
    .assumeRole({ roleArn, session, durationSeconds: 3600 }, place)
    .catch(codeOf);
  expect(failure).toBe("too_large");
});
