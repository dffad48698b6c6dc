import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mainOf } from "../support/built.ts";
import { node22 } from "../support/peers.ts";
import { type AnyRuntime, cleanEnv, commandOf, executables, finished, root } from "../support/runtimes.ts";
import { overHttp } from "../support/server-process.ts";
import { type ClientInfo, clients, versionOf } from "./clients.ts";
import type { Seen, Target } from "./probe.ts";

// Installing them can take a minute where only the root was installed.
setDefaultTimeout(240_000);

const toolNames = [
  "get_data_automation_status",
  "wait_for_data_automation_job",
  "check_data_automation_jobs",
  "read_data_automation_results",
];

function targetOverStdio(runtime: AnyRuntime): Target {
  const [command = "", ...args] = commandOf(runtime, mainOf(runtime), ["--simulate"]);
  return { command, args, env: cleanEnv() };
}

/** What a client saw of the server, as its program prints it. */
async function seenBy(client: ClientInfo, target: Target): Promise<Seen> {
  const runtime = client.program.startsWith("peers/") ? node22() : executables.bun;
  const child = Bun.spawn([runtime, `${root}test/${client.program}`, JSON.stringify(target)], {
    cwd: root,
    env: cleanEnv({ OPENAI_AGENTS_DISABLE_TRACING: "1", MCP_USE_ANONYMIZED_TELEMETRY: "false" }),
    stdout: "pipe",
    stderr: "pipe",
  });
  const { stdout, stderr } = await finished(child);
  const line = /^seen (.*)$/m.exec(stdout)?.[1];
  if (line === undefined) throw new Error(`${client.name} saw nothing: ${stdout}${stderr}`);
  return JSON.parse(line);
}

function expectAllOfIt(client: ClientInfo, { tools, succeeded, missing, project }: Seen): void {
  expect(tools).toEqual(toolNames.map((name) => `${client.prefix ?? ""}${name}`));
  expect(succeeded.isError ?? false).toBe(false);
  expect(succeeded.text).toContain("The job succeeded in 13 s.");
  const structured = {
    invocationArn: "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/sim-success",
    status: "Success",
    jobDurationInSeconds: 13,
    explanation: { verdict: "succeeded", isTerminal: true, startAgain: "no" },
  };
  if (client.structured) expect(succeeded.structured).toMatchObject(structured);
  else expect(succeeded.structured).toBeUndefined();
  expect(missing.isError).toBe(true);
  expect(missing.text).toContain("The call failed, not the job");
  expect(missing.text).toContain("ResourceNotFoundException");
  // Word for word, and not what a client makes of a schema.
  expect(project.isError).toBe(true);
  expect(project.text).toContain("is the ARN of a data automation project");
}

describe.each(["stdio", "http"] as const)("over %s", (way) => {
  test.each(clients.filter(({ transports }) => transports.includes(way)))(
    "$name lists and calls",
    async (client) => {
      if (way === "stdio") return expectAllOfIt(client, await seenBy(client, targetOverStdio("bun")));
      await using server = await overHttp("bun", ["--simulate"]);
      expectAllOfIt(client, await seenBy(client, { url: server.url.href }));
    },
  );
});

const sdkClients = clients.filter(({ program }) => program.startsWith("clients/sdk-"));

describe.each(["deno", "node"] as const)("over both, with the server on %s,", (runtime) => {
  test.each(sdkClients)("$name lists and calls", async (client) => {
    await using server = await overHttp(runtime, ["--simulate"]);
    expectAllOfIt(client, await seenBy(client, targetOverStdio(runtime)));
    expectAllOfIt(client, await seenBy(client, { url: server.url.href }));
  });
});

test("the version of every client is known", () => {
  for (const client of clients) expect(versionOf(client)).toMatch(/^\d+\.\d+\.\d+$/);
});
