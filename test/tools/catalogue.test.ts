import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { countTokens } from "gpt-tokenizer";
import { CallError } from "../../src/aws/call-error.ts";
import type { JobStatus } from "../../src/aws/runtime-client.ts";
import { onlyCaller } from "../../src/caller.ts";
import { silentLog, systemClock } from "../../src/ports.ts";
import { callTool } from "../../src/protocol/call-tool.ts";
import { describeTool } from "../../src/protocol/describe-tools.ts";
import { createCatalogue } from "../../src/tools/catalogue.ts";
import type { ToolAnswer } from "../../src/tools/tool.ts";
import { root } from "../support/runtimes.ts";
import { watcherOf } from "../support/watcher-of.ts";

const arn =
  "arn:aws:bedrock:eu-west-1:111122223333:data-automation-invocation/0a1b2c3d-1111-4222-8333-444455556666";
const now = Date.parse("2026-03-05T14:45:00.000Z");

function catalogueOf(read: () => Promise<JobStatus>) {
  const store = { getObject: () => Promise.reject(new Error("not to be asked")) };
  return createCatalogue({
    watcher: watcherOf(read),
    results: { store, maxBytes: 1024, allowedBuckets: [] },
    now: () => now,
    random: Math.random,
  });
}

const catalogue = catalogueOf(() => Promise.reject(new Error("not to be asked")));

async function ask(args: unknown, read: () => Promise<JobStatus>): Promise<ToolAnswer> {
  const tool = catalogueOf(read).tools.find(({ name }) => name === "get_data_automation_status");
  if (tool === undefined) throw new Error("no such tool");
  const context = { signal: new AbortController().signal, caller: onlyCaller, reportProgress: () => {} };
  return callTool(tool, args, context, { clock: systemClock, log: silentLog });
}

describe("every tool of the catalogue", () => {
  test.each(catalogue.tools.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
    const described = describeTool(tool);
    expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/);
    expect(existsSync(`${root}src/tools/${name.replaceAll("_", "-")}.ts`)).toBe(true);
    expect(described.title).not.toBe("");
    expect(described.annotations).toEqual({
      title: described.title,
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: true,
    });
    for (const field of Object.values(described.inputSchema.properties as object)) {
      expect((field as { description?: string }).description).toBeString();
    }
    expect(described.inputSchema.$schema).toBeUndefined();
    // An open object: a host that checks answers against an older schema must not refuse a new field.
    expect(JSON.stringify(described.outputSchema ?? {})).not.toContain("additionalProperties");
  });

  test("the instructions cost a model less than 150 tokens", () => {
    expect(countTokens(catalogue.instructions)).toBeLessThan(150);
  });
});

test("an argument that is null counts as left out, and one that nobody knows is passed over", async () => {
  const tool = catalogueOf(async () => ({ status: "Success" })).tools.find(
    ({ name }) => name === "wait_for_data_automation_job",
  );
  if (tool === undefined) throw new Error("no such tool");
  const context = { signal: new AbortController().signal, caller: onlyCaller, reportProgress: () => {} };
  const parts = { clock: systemClock, log: silentLog };
  const meta = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
  const args = { invocationArn: arn, timeoutSeconds: null, _meta: meta };
  expect(await callTool(tool, args, context, parts)).toMatchObject({ isError: false });
  expect(await callTool(tool, { invocationArn: null }, context, parts)).toMatchObject({
    isError: true,
    text: expect.stringContaining("invocationArn is missing: it must be a text"),
  });
});

test("what is missing is called missing, and what is no argument is named beside it", async () => {
  const { tools } = catalogueOf(async () => ({ status: "Success" }));
  const context = { signal: new AbortController().signal, caller: onlyCaller, reportProgress: () => {} };
  const told = async (name: string, args: object) => {
    const tool = tools.find((one) => one.name === name);
    if (tool === undefined) throw new Error("no such tool");
    return (await callTool(tool, args, context, { clock: systemClock, log: silentLog })).text;
  };
  const status = "get_data_automation_status";
  expect(await told(status, {})).toBe(
    `${status} was not called: invocationArn is missing: it must be a text, the invocation ARN of a job.`,
  );
  expect(await told(status, { arn, _meta: {} })).toEndWith(
    'of a job. "arn" is no argument of this tool. It takes invocationArn.',
  );
  expect(await told(status, { "x\u202e": 1, y: 2 })).toContain('"x", "y" are no arguments of this tool.');
  expect(await told(status, { invocationArn: 7 })).toContain("invocationArn must be a text");
  expect(await told("check_data_automation_jobs", {})).toContain(
    "invocationArns is missing: it must be a list",
  );
});

describe("an answer", () => {
  test.each([
    [{ status: "Created", jobSubmissionTime: "2026-03-05T14:44:58.000Z" }],
    [{ status: "InProgress", jobSubmissionTime: "2026-03-05T14:42:14.123Z" }],
    [
      {
        status: "Success",
        jobSubmissionTime: "2026-03-05T14:42:14.123Z",
        jobCompletionTime: "2026-03-05T14:42:30.456Z",
        jobDurationInSeconds: 16,
        outputConfiguration: {
          s3Uri: `s3://amzn-s3-demo-bucket/out//${arn.split("/")[1]}/job_metadata.json`,
        },
      },
    ],
    [{ status: "ServiceError", errorMessage: "Internal problem", jobDurationInSeconds: 3 }],
    [{ status: "Paused" }],
    [{}],
  ])("about %j is under 120 tokens, and stands alone", async (job) => {
    const answer = await ask({ invocationArn: arn }, async () => job);
    if (answer.isError) throw new Error(answer.text);
    expect(countTokens(answer.text)).toBeLessThan(120);
    expect(answer.text).toContain(arn.split("/")[1] ?? "?");
    expect(JSON.stringify(answer.structuredContent)).not.toContain("null");
    const tool = catalogue.tools[0];
    expect(tool?.outputSchema.safeParse(answer.structuredContent).success).toBe(true);
  });

  test("a call that failed is no failed job: its text says what happened, its facts are for programs", async () => {
    const answer = await ask({ invocationArn: arn }, async () => {
      throw new CallError("access_denied", "refused", {
        operation: "GetDataAutomationStatus",
        awsErrorName: "AccessDeniedException",
        awsMessage: "User is not authorized\u0007\u202e",
        requestId: "req-9",
      });
    });
    if (!answer.isError) throw new Error("an error was expected");
    expect(answer.text).toContain("bedrock:GetDataAutomationStatus");
    expect(answer.text).toContain("arn:aws:bedrock:eu-west-1:111122223333:data-automation-invocation/*");
    expect(answer.text).toContain("req-9");
    expect(answer.text).not.toMatch(/[\u0007\u202e]/);
    expect(answer.failure).toMatchObject({
      code: "access_denied",
      requestId: "req-9",
      tryAgain: "after_fix",
    });
  });

  test("a fault of this server is an answer too, without its words", async () => {
    const answer = await ask({ invocationArn: arn }, async () => {
      throw new TypeError("secret-inner-detail");
    });
    expect(answer.isError).toBe(true);
    expect(JSON.stringify(answer)).not.toContain("secret-inner-detail");
  });
});

describe("before any network call, what is no invocation ARN is told what it is", () => {
  const never = () => Promise.reject(new Error("the network was asked"));

  test.each([
    ["arn:aws:bedrock:us-east-1:111122223333:data-automation-project/abcdefabcdef", /project/i],
    ["arn:aws:bedrock:us-east-1:111122223333:data-automation-profile/us.data-automation-v1", /profile/i],
    ["arn:aws:bedrock:us-east-1:111122223333:blueprint/0123456789ab", /blueprint/i],
    ["s3://bucket/out/job_metadata.json", /S3/],
    ["0a1b2c3d-1111-4222-8333-444455556666", /job id|id of a job/i],
    ["arn:aws:lambda:us-east-1:111122223333:function:f", /lambda/i],
    ["arn:aws:bedrock:cn-north-1:111122223333:data-automation-invocation/x", /cn-north-1/],
    ["", /empty/],
    ["   ", /empty/],
    [`arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${"x".repeat(100)}`, /128/],
    [42, /text/],
    [null, /text/],
    [undefined, /text/],
    [["a"], /text/],
  ])("%p", async (invocationArn, expected) => {
    const answer = await ask({ invocationArn }, never);
    if (!answer.isError) throw new Error("an error was expected");
    expect(answer.failure.code).toBe("invalid_input");
    expect(answer.text).toMatch(expected);
    expect(answer.text).toContain("invocationArn");
  });

  test.each([[undefined], [null], [[]], ["text"]])("arguments that are no object: %p", async (args) => {
    const answer = await ask(args, never);
    expect(answer.isError && answer.failure.code).toBe("invalid_input");
  });
});
