import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { runtimes } from "../support/runtimes.ts";
import { overHttp, overStdio, testKeys, textOf } from "../support/server-process.ts";

setDefaultTimeout(60_000);

const name = "read_data_automation_results";
const statusTool = "get_data_automation_status";

function arn(job: string): string {
  return `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/sim-results-${job}`;
}

async function shown(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  expect(tools.map((tool) => tool.name)).toContain(name);
  const status = await client.callTool({ name: statusTool, arguments: { invocationArn: arn("document") } });
  expect(textOf(status)).toContain(name);
  const overview = await client.callTool({ name, arguments: { invocationArn: arn("document") } });
  expect(overview.structuredContent).toMatchObject({
    verdict: "partly_matched",
    counts: { segments: 3, outcomes: { matched: 1, fallback: 1, not_matched: 1 } },
  });
  expect(textOf(overview)).toContain("segment 1 (DOCUMENT, pages 2-3): no blueprint matched.");
  const text = await client.callTool({
    name,
    arguments: { invocationArn: arn("audio"), view: "text", maxCharacters: 12 },
  });
  expect(text.structuredContent).toMatchObject({ text: "Good morning", nextOffset: 12 });
  const fields = await client.callTool({
    name,
    arguments: { invocationArn: arn("document"), view: "fields", segment: 2 },
  });
  expect(fields.structuredContent).toMatchObject({
    fields: { "Invoice date": { value: "2026-02-17", confidence: 0.41, doubtful: true } },
  });
  const denied = await client.callTool({ name, arguments: { invocationArn: arn("denied") } });
  expect(denied.isError).toBe(true);
  expect(textOf(denied)).toContain("s3:GetObject");
  const huge = await client.callTool({ name, arguments: { invocationArn: arn("huge") } });
  expect(textOf(huge)).toContain("is larger than 32 MiB and was not read");
}

describe.each(runtimes)("results on %s", (runtime) => {
  test("over stdio: overview, text, fields, a refusal, a file too large", async () => {
    await using server = await overStdio(runtime, ["--simulate"]);
    await shown(server.client);
    expect(server.stderr()).not.toMatch(/error/i);
  });

  test("over HTTP the same", async () => {
    await using server = await overHttp(runtime, ["--simulate"]);
    await shown(await server.connect());
  });

  test("with --results off the tool is not there, and nothing points at it", async () => {
    await using server = await overStdio(runtime, ["--simulate"], { ...testKeys, BDA_MCP_RESULTS: "off" });
    const { tools } = await server.client.listTools();
    expect(tools.map((tool) => tool.name)).not.toContain(name);
    const status = await server.client.callTool({
      name: statusTool,
      arguments: { invocationArn: arn("document") },
    });
    expect(textOf(status)).toContain("The job succeeded");
    expect(textOf(status)).not.toContain(name);
  });
});
