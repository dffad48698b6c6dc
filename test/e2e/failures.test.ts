import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { AtMost } from "../../src/aws/at-most.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { jobAnswer, type ScriptedEndpoint, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { testKeys } from "../support/server-process.ts";
import {
  type Answered,
  type ReachedServer,
  serverOver,
  statusOf,
  transports,
} from "../support/transports.ts";
import { type FailureRow, notAnsweredByAws, type Place, refusedByAws } from "./failure-rows.ts";
import { type BrokenWorld, brokenWorld } from "./failure-situations.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const everyRuntime = [...runtimes, ...builtRuntimes] as const;

const regions = [
  ["aws", "us-east-1"],
  ["aws-us-gov", "us-gov-west-1"],
  ["aws", "eu-central-1"],
  ["aws-cn", "cn-north-1"],
] as const;

function placeOf(index: number): Place {
  const [partition, region] = regions[index % regions.length] ?? regions[0];
  return { partition, region, account: String(100_000_000_000 + index) };
}

function arnOf({ partition, region, account }: Place, jobId: string): string {
  return `arn:${partition}:bedrock:${region}:${account}:data-automation-invocation/${jobId}`;
}

type Told = Omit<FailureRow, "answer" | "calls">;

/** Holds what was answered against all that the row says. */
function expectTold(row: Told, { text, failure, ...answer }: Answered, arn: string, host = ""): void {
  const [, partition = "", , region = "", account = ""] = arn.split(":");
  const facts: Readonly<Record<string, string>> = { partition, region, account, host };
  const fill = (words: string) => words.replace(/\{(\w+)\}/g, (all, name) => facts[name] ?? all);
  const expectWords = (given: string, wanted: string | RegExp) =>
    wanted instanceof RegExp
      ? expect(given).toMatch(new RegExp(fill(wanted.source.replaceAll("\\{", "{").replaceAll("\\}", "}"))))
      : expect(given).toContain(fill(wanted));
  const line = (begin: string) =>
    text
      .split("\n")
      .find((one) => one.startsWith(begin))
      ?.slice(begin.length);

  expect([answer.isError, answer.structuredContent]).toEqual([true, undefined]);
  expect(text).toStartWith(`The call failed, not the job: nothing is known of the job ${arn}.\n`);
  expectWords(line(`${row.name ?? row.code}: `) ?? "", row.meaning);
  expectWords(line(`To do, by ${fill(row.by)}: `) ?? "", row.remedy);
  expect(line("Ask again: ")).toBe(`${row.again}. Do not start the job again because of this.`);
  const quotation = line(failure.bodyExcerpt === undefined ? "AWS's words: " : "The answer began: ");
  expect(quotation).toBe(row.quoted === undefined ? undefined : `"${row.quoted}"`);
  expect(line("AWS request id: ")).toBe(row.requestId);
  if (row.without !== undefined) expect(text).not.toContain(row.without);
  expect(failure).toMatchObject({ code: row.code, invocationArn: arn, name: row.name ?? row.code });
  expect(failure.requestId).toBe(row.requestId);
  expectWords(String(failure.remedy), row.remedy);
}

describe.each(everyRuntime)("on %s", (runtime) => {
  describe.each(transports)("over %s", (transport) => {
    const elsewhere = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
    const rows = [...refusedByAws, ...notAnsweredByAws(new URL("/login", elsewhere.url))];
    const arns = rows.map((_, index) => arnOf(placeOf(index), `row-${index}`));
    const calls = new Map<string, number>();
    let endpoint: ScriptedEndpoint;
    let server: ReachedServer;
    let answers: readonly Answered[];

    beforeAll(async () => {
      endpoint = scriptedEndpoint(({ body }) => {
        const { invocationArn } = JSON.parse(body);
        const call = (calls.get(invocationArn) ?? 0) + 1;
        calls.set(invocationArn, call);
        return rows[arns.indexOf(invocationArn)]?.answer(call) ?? jobAnswer();
      });
      server = await serverOver(transport, runtime, [], {
        ...testKeys,
        AWS_ENDPOINT_URL: endpoint.url,
        AWS_MAX_ATTEMPTS: "2",
      });
      answers = await Promise.all(arns.map((arn) => statusOf(server.client, arn)));
    });
    afterAll(async () => {
      await server[Symbol.asyncDispose]();
      await endpoint[Symbol.asyncDispose]();
      await elsewhere[Symbol.asyncDispose]();
    });

    test.each(rows.map((row, index) => [row.title, index] as const))("%s", (_, index) => {
      const [row, arn, answer] = [rows[index], arns[index], answers[index]];
      if (row === undefined || arn === undefined || answer === undefined) throw new Error("no such row");
      expectTold(row, answer, arn, new URL(endpoint.url).host);
      expect(calls.get(arn)).toBe(row.calls);
    });

    test("nobody is called but the endpoint, and the server goes on", async () => {
      expect(elsewhere.requests).toHaveLength(0);
      const { structuredContent } = await statusOf(server.client, arnOf(placeOf(0), "good"));
      expect(structuredContent).toMatchObject({ status: "InProgress" });
    });

    test("what was asked for by a client has no fault of the server in its log", () => {
      expect(server.stderr()).not.toMatch(/"level":"error"|fault of this server/);
    });

    const place = "arn:aws:bedrock:us-east-1:111122223333:";
    test.each([
      [`${place}data-automation-project/p1`, "project"],
      [`${place}data-automation-profile/us.data-automation-v1`, "profile"],
      [`${place}blueprint/b1`, "blueprint"],
      ["s3://amzn-s3-demo-bucket/out/job_metadata.json", "Amazon S3 location"],
      ["0a1b2c3d-0000-4000-8000-000000000000", "bare job id"],
      ["arn:aws:s3:::amzn-s3-demo-bucket", "s3"],
      ["arn:aws:bedrock:cn-north-1:111122223333:data-automation-invocation/a", "partition aws-cn"],
      ["arn:aws:bedrock:example.com:111122223333:data-automation-invocation/a", "region"],
    ])("%s is refused by saying what it is, before any call", async (given, what) => {
      const before = endpoint.requests.length;
      const { failure, isError, structuredContent, text } = await statusOf(server.client, given);
      expect([isError, structuredContent, failure.code]).toEqual([true, undefined, "invalid_input"]);
      expect(text).toStartWith("get_data_automation_status was not called: invocationArn ");
      expect(text).toContain(what);
      expect(endpoint.requests.length).toBe(before);
    });
  });
});

describe("a whole process for which something outside does not work", () => {
  const arn = arnOf({ partition: "aws-us-gov", region: "us-gov-west-1", account: "444455556666" }, "job");
  const told = new Map<string, Promise<Answered>>();
  const titles = [
    "no network: the connection is refused",
    "a name that does not resolve",
    "TLS with a certificate that nobody trusts",
    "TLS asked of a server that speaks none",
    "an answer that breaks off",
    "no answer in time",
    "no credentials anywhere",
    "half a pair of keys",
    "an SSO login that expired",
    "the SSO login behind a role that expired",
    "a console login that expired",
    "a credential_process that gives expired keys",
    "a role that may not be assumed",
    "an endpoint without TLS",
  ];
  let world: BrokenWorld;

  beforeAll(async () => {
    world = await brokenWorld();
    const processes = new AtMost(4);
    for (const { title, args, env } of world.situations) {
      for (const runtime of everyRuntime) {
        for (const transport of transports) {
          const answer = processes.run(async () => {
            await using server = await serverOver(transport, runtime, args, env);
            return await statusOf(server.client, arn);
          });
          answer.catch(() => {});
          told.set(`${title} ${runtime} ${transport}`, answer);
        }
      }
    }
  });
  afterAll(async () => {
    await Promise.allSettled(told.values());
    await world[Symbol.asyncDispose]();
  });

  test("every situation is looked at", () => {
    expect(world.situations.map(({ title }) => title)).toEqual(titles);
  });

  for (const runtime of everyRuntime) {
    for (const transport of transports) {
      test.each(titles)(`on ${runtime} over ${transport}: %s`, async (title) => {
        const situation = world.situations.find((one) => one.title === title);
        const answer = await told.get(`${title} ${runtime} ${transport}`);
        if (situation === undefined || answer === undefined) throw new Error("no such situation");
        expectTold(situation, answer, arn, situation.host);
      });
    }
  }
});
