// Both eras give equal tool results, on every runtime and over both transports.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { failureMetaKey } from "../../src/protocol/tool-answers.ts";
import { simulatorJobs } from "../../src/simulator/catalogue.ts";
import { type ModernServer, modernOver, modernRevision } from "../support/modern-client.ts";
import { type RecordedSimulator, recordedSimulator } from "../support/recorded-simulator.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { type ReachedServer, serverOver, transports } from "../support/transports.ts";

setDefaultTimeout(60_000);

/** Slow by design: what they show is how long a call may take, not what it answers. */
const slow = ["sim-hang", "sim-slow", "sim-huge", "sim-results-huge"];
const jobs = simulatorJobs.filter(({ jobId }) => !slow.includes(jobId));
/** Their answer is another one each time, or each second. */
const changing = ["sim-moving", "sim-throttled-twice"];

interface Result {
  readonly [key: string]: unknown;
  readonly _meta?: Readonly<Record<string, unknown>> | undefined;
}

/** What a result says, without what each call to AWS has its own of: the request's id, and how the clocks compare. */
function said({ _meta, content, isError, structuredContent }: Result): unknown {
  const failure = { ...(_meta?.[failureMetaKey] as object | undefined), clockOffsetSeconds: 0 };
  const text = JSON.stringify({ content, isError: isError ?? false, structuredContent, failure });
  const { requestId: id } = failure as { readonly requestId?: string };
  return JSON.parse(id === undefined ? text : text.replaceAll(id, "its request id"));
}

const cases = [...runtimes, ...builtRuntimes].flatMap((runtime) =>
  transports.map((transport) => [runtime, transport] as const),
);

describe.each(cases)("on %s over %s", (runtime, transport) => {
  let simulator: RecordedSimulator;
  let old: ReachedServer;
  let modern: ModernServer;

  beforeAll(async () => {
    simulator = recordedSimulator();
    const args = ["--max-calls-per-second", "1000"];
    const env = { ...simulator.env, AWS_MAX_ATTEMPTS: "1" };
    [old, modern] = await Promise.all([
      serverOver(transport, runtime, args, env),
      modernOver(transport, runtime, args, env),
    ]);
  });
  afterAll(async () => {
    await old[Symbol.asyncDispose]();
    await modern[Symbol.asyncDispose]();
    await simulator[Symbol.asyncDispose]();
  });

  /** Asks both. Some answers say what time it is: those that meet a new second are asked for again. */
  async function same(call: { readonly name: string; readonly arguments: Record<string, unknown> }) {
    const both = async () => [
      said(await old.client.callTool(call)),
      said(await modern.client.callTool(call)),
    ];
    let [one, other] = await both();
    for (let tries = 0; tries < 3 && !Bun.deepEquals(one, other); tries++) [one, other] = await both();
    expect(other).toEqual(one);
  }

  test("the client speaks the new revision, and is offered the same tools", async () => {
    expect(modern.client.getNegotiatedProtocolVersion()).toBe(modernRevision);
    const [before, after] = [await old.client.listTools(), await modern.client.listTools()];
    // Which tools can be tasks is not said in the new revision: there the server decides.
    const wanted: unknown = before.tools.map(({ execution: _, ...tool }) => tool);
    expect<unknown>(after.tools).toEqual(wanted);
  });

  test("the status of every simulated job, and of what is no job", async () => {
    const arns = jobs
      .filter(({ jobId }) => !changing.some((name) => jobId.startsWith(name)))
      .map(({ arn }) => arn);
    expect(arns.length).toBeGreaterThan(50);
    const name = "get_data_automation_status";
    await Promise.all(
      [...arns, "job-1", "", 5].map((invocationArn) => same({ name, arguments: { invocationArn } })),
    );
  });

  test("the results of every simulated job that has some", async () => {
    const withResults = jobs.filter(({ jobId }) => jobId.startsWith("sim-results"));
    expect(withResults.length).toBeGreaterThan(10);
    const name = "read_data_automation_results";
    await Promise.all(
      withResults.map(({ arn: invocationArn }) => same({ name, arguments: { invocationArn } })),
    );
  });

  test("a wait for a job that has ended, and a look at many", async () => {
    const ended = jobs.filter(({ jobId }) => jobId.startsWith("sim-client-error")).map(({ arn }) => arn);
    const name = "wait_for_data_automation_job";
    await Promise.all(ended.map((invocationArn) => same({ name, arguments: { invocationArn } })));
    await same({ name: "check_data_automation_jobs", arguments: { invocationArns: ended } });
  });

  test("resources, prompts and completions", async () => {
    const [one, other] = [old.client, modern.client];
    const bare = <T extends object>(result: T) => {
      const { _meta, ttlMs, cacheScope, ...rest } = result as Record<string, unknown>;
      return rest;
    };
    expect(bare(await other.listResources())).toEqual(bare(await one.listResources()));
    expect(bare(await other.listResourceTemplates())).toEqual(bare(await one.listResourceTemplates()));
    expect(bare(await other.listPrompts())).toEqual(bare(await one.listPrompts()));
    for (const uri of [
      "bedrock-data-automation://guide",
      "bedrock-data-automation://us-east-1/111122223333/sim-success",
    ]) {
      expect(bare(await other.readResource({ uri }))).toEqual(bare(await one.readResource({ uri })));
    }
    const invocationArn = jobs[0]?.arn ?? "";
    const prompt = { name: "explain_data_automation_job", arguments: { invocationArn } };
    expect(bare(await other.getPrompt(prompt))).toEqual(bare(await one.getPrompt(prompt)));
    const completion = {
      ref: { type: "ref/prompt" as const, name: prompt.name },
      argument: {
        name: "invocationArn",
        value: "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/sim-client-error-s",
      },
    };
    expect(bare(await other.complete(completion))).toEqual(bare(await one.complete(completion)));
  });

  test("what is refused, in the same words", async () => {
    type Asked = Pick<typeof old.client | typeof modern.client, "callTool" | "complete" | "getPrompt">;
    const refusals: readonly ((client: Asked) => Promise<unknown>)[] = [
      (client) => client.callTool({ name: "none", arguments: {} }),
      (client) => client.getPrompt({ name: "none" }),
      (client) => client.getPrompt({ name: "explain_data_automation_job" }),
      (client) =>
        client.complete({ ref: { type: "ref/prompt", name: "none" }, argument: { name: "x", value: "" } }),
      (client) =>
        client.complete({ ref: { type: "ref/resource", uri: "x://y" }, argument: { name: "x", value: "" } }),
    ];
    // The first SDK's client puts the code before the words.
    const words = (thrown: { readonly code: number; readonly message: string }) => ({
      code: thrown.code,
      message: thrown.message.replace(/^MCP error -\d+: /, ""),
    });
    for (const ask of refusals) {
      const [before, after] = [ask(old.client), ask(modern.client)].map((asked) =>
        asked.then((result) => ({ result }), words),
      );
      const wanted = await before;
      expect(wanted).toMatchObject({ code: -32602 });
      expect<unknown>(await after).toEqual(wanted);
    }
  });

  test("progress of a wait, but for its times", async () => {
    const arn = simulatorJobs.find(({ jobId }) => jobId === "sim-running")?.arn;
    const call = {
      name: "wait_for_data_automation_job",
      arguments: { invocationArn: arn ?? "", timeoutSeconds: 1 },
    };
    const first = async (
      ask: (onprogress: (progress: { message?: string | undefined }) => void) => Promise<unknown>,
    ) => {
      const told: (string | undefined)[] = [];
      await ask(({ message }) => told.push(message?.replace(/\d+/g, "n")));
      return told[0];
    };
    const before = await first((onprogress) => old.client.callTool(call, undefined, { onprogress }));
    const after = await first((onprogress) => modern.client.callTool(call, { onprogress }));
    expect(after).toBe(before);
    expect(before).toBeDefined();
  });
});
