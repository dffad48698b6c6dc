import { expect, test } from "bun:test";
import fc from "fast-check";
import { makeTaskId, readTaskId, type TaskFacts, taskKey } from "../../src/jobs/task-id.ts";

const facts: TaskFacts = {
  invocationArn:
    "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0f8fad5b-d9cb-469f-a165-70867728950e",
  createdAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  ttl: 3_600_000,
  pollInterval: 5_000,
  timeoutSeconds: 300,
};
const now = facts.createdAt + 1_000;
const chance = () => 0.5;

const urlSafe = fc.stringMatching(/^[a-zA-Z0-9_-]{1,40}$/);
const anyFacts = fc
  .record({
    partition: fc.constantFrom("aws", "aws-cn", "aws-us-gov", "aws-iso-b"),
    region: fc.constantFrom("us-east-1", "ap-southeast-2", "us-gov-west-1"),
    account: fc.stringMatching(/^[0-9]{12}$/),
    type: fc.constantFrom("data-automation-invocation", "insights-invocation"),
    jobId: urlSafe,
    createdAt: fc.integer({ min: 0, max: 4e12 }),
    ttl: fc.integer({ min: 1, max: 1e10 }),
    pollInterval: fc.integer({ min: 0, max: 1e6 }),
    timeoutSeconds: fc.integer({ min: 1, max: 300 }),
  })
  .map(
    ({ account, jobId, partition, region, type, ...times }): TaskFacts => ({
      invocationArn: `arn:${partition}:bedrock:${region}:${account}:${type}/${jobId}`,
      ...times,
    }),
  );

test("an id gives back every fact, in another process with the same secret", async () => {
  await fc.assert(
    fc.asyncProperty(anyFacts, fc.string(), fc.string(), async (given, caller, secret) => {
      const id = await makeTaskId(given, caller, await taskKey(secret), Math.random);
      expect(await readTaskId(id, caller, await taskKey(secret), given.createdAt + given.ttl)).toEqual(given);
    }),
  );
});

test("an id is safe in a URL, short, and says the job to a person who looks", async () => {
  const id = await makeTaskId(facts, "alice@example.com", await taskKey("secret"), chance);
  expect(encodeURIComponent(id)).toBe(id);
  expect(id.length).toBeLessThan(140);
  expect(id).toContain("0f8fad5b-d9cb-469f-a165-70867728950e");
  expect(id).not.toContain("alice");
});

test("an id in which anything was changed is not found", async () => {
  const key = await taskKey("secret");
  const id = await makeTaskId(facts, "", key, chance);
  for (let at = 0; at < id.length; at++) {
    for (const letter of ["a", "Z", "0", "-", ".", "_", " ", "é"]) {
      if (id[at] === letter) continue;
      expect(await readTaskId(id.slice(0, at) + letter + id.slice(at + 1), "", key, now)).toBeUndefined();
    }
    expect(await readTaskId(id.slice(0, at) + id.slice(at + 1), "", key, now)).toBeUndefined();
  }
  expect(await readTaskId(id, "", key, now)).toEqual(facts);
});

test("an id of another caller is not found", async () => {
  const key = await taskKey("secret");
  const id = await makeTaskId(facts, "alice", key, chance);
  for (const other of ["", "bob", "alic", "alice ", "Alice"]) {
    expect(await readTaskId(id, other, key, now)).toBeUndefined();
  }
});

test("an id of a server with another secret, or none, is not found", async () => {
  const id = await makeTaskId(facts, "", await taskKey("secret"), chance);
  for (const other of ["Secret", "", undefined]) {
    expect(await readTaskId(id, "", await taskKey(other), now)).toBeUndefined();
  }
  const open = await makeTaskId(facts, "", await taskKey(), chance);
  expect(await readTaskId(open, "", await taskKey(), now)).toEqual(facts);
  expect(await readTaskId(open, "", await taskKey(""), now)).toBeUndefined();
});

test("an id is not found when its time is over, and not before", async () => {
  const key = await taskKey();
  const id = await makeTaskId(facts, "", key, chance);
  expect(await readTaskId(id, "", key, facts.createdAt + facts.ttl)).toEqual(facts);
  expect(await readTaskId(id, "", key, facts.createdAt + facts.ttl + 1)).toBeUndefined();
});

test("two tasks of one moment have two ids", async () => {
  const key = await taskKey();
  const ids = await Promise.all(Array.from({ length: 500 }, () => makeTaskId(facts, "", key, Math.random)));
  expect(new Set(ids).size).toBe(500);
});

test("no text is taken for an id, and none is too much", async () => {
  const key = await taskKey();
  for (const text of [
    "",
    "bda1",
    "bda1.",
    facts.invocationArn,
    "x".repeat(1_000_000),
    "..".repeat(100),
    "\0",
  ]) {
    expect(await readTaskId(text, "", key, now)).toBeUndefined();
  }
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 300 }), async (text) => {
      expect(await readTaskId(text, "", key, now)).toBeUndefined();
    }),
  );
});

test("facts that are none are refused", async () => {
  const key = await taskKey();
  for (const wrong of [
    { invocationArn: "arn:aws:s3:::bucket/key" },
    { createdAt: -1 },
    { ttl: 0.5 },
    { ttl: Number.POSITIVE_INFINITY },
    { pollInterval: Number.NaN },
    { timeoutSeconds: 1e9 },
  ]) {
    await expect(makeTaskId({ ...facts, ...wrong }, "", key, chance)).rejects.toBeInstanceOf(RangeError);
  }
});
