import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  CallToolResultSchema,
  CreateTaskResultSchema,
  GetTaskResultSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { isolated, runCommand } from "../cli/run-command.ts";
import { runtimes } from "../support/runtimes.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overStdio, testKeys, textOf } from "../support/server-process.ts";
import { type Answered, serverOver, statusOf, transports } from "../support/transports.ts";

setDefaultTimeout(60_000);

const jobOf = (region: string, account: string) =>
  `arn:aws:bedrock:${region}:${account}:data-automation-invocation/job`;
const uriOf = (region: string, account: string) => `bedrock-data-automation://${region}/${account}/job`;

const served = jobOf("us-east-1", "111122223333");
const flags = ["--allowed-region", "us-east-1", "--allowed-account", "111122223333"];

/** Where this server was told not to ask, with what its answer names. */
const elsewhere = [
  ["eu-west-1", "111122223333", "region eu-west-1", "--allowed-region eu-west-1 (BDA_MCP_ALLOWED_REGIONS)"],
  [
    "us-east-1",
    "444455556666",
    "account 444455556666",
    "--allowed-account 444455556666 (BDA_MCP_ALLOWED_ACCOUNTS)",
  ],
  [
    "eu-west-1",
    "444455556666",
    "account 444455556666 in region eu-west-1",
    "--allowed-account 444455556666 (BDA_MCP_ALLOWED_ACCOUNTS) and --allowed-region eu-west-1 (BDA_MCP_ALLOWED_REGIONS)",
  ],
] as const;

const toolNames = [
  "get_data_automation_status",
  "wait_for_data_automation_job",
  "read_data_automation_results",
] as const;

const asTask = async (client: Client, invocationArn: string) => {
  const params = { name: toolNames[1], arguments: { invocationArn }, task: {} };
  const { task } = await client.request({ method: "tools/call", params }, CreateTaskResultSchema);
  const { taskId } = task;
  return {
    got: await client.request({ method: "tasks/get", params: { taskId } }, GetTaskResultSchema),
    result: await client.request({ method: "tasks/result", params: { taskId } }, CallToolResultSchema),
  };
};

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => "answered",
    (thrown: Error) => thrown.message,
  );

describe.each(runtimes)("only jobs of allowed accounts and regions on %s", (runtime) => {
  test.each(transports)("over %s: whichever way is taken, AWS is not asked about others", async (way) => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "ServiceError" }));
    const env = { ...testKeys, AWS_ENDPOINT_URL: endpoint.url };
    await using server = await serverOver(way, runtime, flags, env);
    const { client } = server;
    for (const [region, account, place, flag] of elsewhere) {
      const invocationArn = jobOf(region, account);
      const words = (text: string) => {
        expect(text).toContain(`Jobs of ${place} are not served here`);
        expect(text).toContain(`Whoever runs this one can add ${flag}.`);
      };
      for (const name of toolNames) {
        const answer = await client.callTool({ name, arguments: { invocationArn } });
        expect([name, answer.isError]).toEqual([name, true]);
        words(textOf(answer));
      }
      const { failure }: Answered = await statusOf(client, invocationArn);
      expect(failure).toMatchObject({ code: "place_not_served", invocationArn, tryAgain: "after_fix" });
      const { got, result } = await asTask(client, invocationArn);
      expect([got.status, result.isError]).toEqual(["failed", true]);
      words(textOf(result));
      words(await refusal(client.readResource({ uri: uriOf(region, account) })));
    }
    expect(endpoint.requests.length).toBe(0);

    const mixed = await client.callTool({
      name: "check_data_automation_jobs",
      arguments: { invocationArns: [served, jobOf("eu-west-1", "111122223333")] },
    });
    expect(mixed.structuredContent).toMatchObject({
      counts: { failed: 1, callFailed: 1 },
      jobs: [{ status: "ServiceError" }, { failure: { code: "place_not_served" } }],
    });
    expect(endpoint.requests.map(({ body }) => JSON.parse(body).invocationArn)).toEqual([served]);
    const proposed = await client.complete({
      ref: { type: "ref/prompt", name: "explain_data_automation_job" },
      argument: { name: "invocationArn", value: "arn" },
    });
    expect(proposed.completion.values).toEqual([served]);
  });

  test("a subscription to another job is refused at once", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    const env = {
      ...testKeys,
      AWS_ENDPOINT_URL: endpoint.url,
      BDA_MCP_ALLOWED_REGIONS: "us-east-1,us-west-2",
    };
    await using server = await overStdio(runtime, [], env);
    const uri = uriOf("eu-west-1", "111122223333");
    expect(await refusal(server.client.subscribeResource({ uri }))).toContain("--allowed-region eu-west-1");
    await server.client.subscribeResource({ uri: uriOf("us-west-2", "111122223333") });
    await endpoint.arrived(1);
    expect(endpoint.requests.map(({ body }) => body)).not.toContain(expect.stringContaining("eu-west-1"));
  });
});

test.each([
  ["status", ["status", jobOf("eu-west-1", "111122223333")]],
  ["status --wait", ["status", "--wait", "5", jobOf("eu-west-1", "111122223333")]],
  ["results", ["results", jobOf("eu-west-1", "111122223333")]],
])("the command %s keeps to them too", async (_, args) => {
  await using endpoint = scriptedEndpoint(() => jobAnswer());
  const ran = await runCommand([...args, ...flags], { env: { ...isolated, AWS_ENDPOINT_URL: endpoint.url } });
  expect([ran.code, ran.stdout]).toEqual([1, ""]);
  expect(ran.stderr.replace(/\s+/g, " ")).toContain("Jobs of region eu-west-1 are not served here");
  expect(endpoint.requests.length).toBe(0);
});

test("doctor says of a job's ARN that it is not served", async () => {
  await using endpoint = scriptedEndpoint(() => new Response("<x/>", { status: 400 }));
  const env = { ...isolated, AWS_ENDPOINT_URL: endpoint.url };
  const ran = await runCommand(["doctor", "--json", jobOf("eu-west-1", "111122223333"), ...flags], { env });
  const checks: readonly { name: string; state: string; text: string }[] = JSON.parse(ran.stdout).checks;
  expect(checks.find(({ name }) => name === "status call")).toMatchObject({
    state: "bad",
    text: expect.stringContaining("Jobs of region eu-west-1 are not served here"),
  });
  // STS alone was asked, who the keys belong to.
  expect(endpoint.requests.map(({ body }) => body.split("&")[0])).toEqual(["Action=GetCallerIdentity"]);
});

test.each([
  [["--allowed-account", "1234"], '--allowed-account must be an account\'s twelve digits, not "1234".'],
  [["--allowed-region", "us-east"], '--allowed-region must be a region, like us-east-1, not "us-east".'],
])("what is no account or region is told at start: %p", async (args, words) => {
  const ran = await runCommand(["stdio", ...args]);
  expect([ran.code, ran.stderr.trim()]).toEqual([2, words]);
});
