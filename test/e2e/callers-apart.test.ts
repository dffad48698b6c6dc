import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  CallToolResultSchema,
  CancelTaskResultSchema,
  CreateTaskResultSchema,
  GetTaskResultSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { runtimes } from "../support/runtimes.ts";
import { awsError } from "../support/scripted-endpoint.ts";
import { textOf } from "../support/server-process.ts";
import { clientWith } from "../support/signed-in.ts";
import { statusOf } from "../support/transports.ts";
import { role, type Signed, serverForCallers, serverForTwo, signedAws, tokenOf } from "./callers-world.ts";

setDefaultTimeout(60_000);

const arnOf = (id: string) => `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${id}`;
const finished = arnOf("sim-success");
const running = arnOf("sim-running");

const isStatusCall = ({ body }: Signed) => body.includes("invocationArn");
const whoAsked = (requests: readonly Signed[]) => requests.filter(isStatusCall).map(({ by }) => by);

async function proposed(client: Client): Promise<readonly string[]> {
  const ref = { type: "ref/prompt", name: "explain_data_automation_job" } as const;
  const { completion } = await client.complete({ ref, argument: { name: "invocationArn", value: "" } });
  return completion.values;
}

function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "answered",
    (thrown: unknown) => thrown,
  );
}

describe.each(runtimes)("callers apart on %s", (runtime) => {
  test("each acts in a session of the role in their own name: status, waits and results", async () => {
    await using aws = signedAws();
    await using team = await serverForTwo(runtime, aws);
    for (const client of [team.alice, team.bob]) {
      expect((await statusOf(client, finished)).structuredContent).toMatchObject({ status: "Success" });
      const results = { invocationArn: arnOf("sim-results-document") };
      const read = await client.callTool({ name: "read_data_automation_results", arguments: results });
      expect([read.isError ?? false, textOf(read)]).toEqual([false, expect.stringMatching(/segment/i)]);
      const wait = { invocationArn: arnOf("sim-service-error"), timeoutSeconds: 5 };
      await client.callTool({ name: "wait_for_data_automation_job", arguments: wait });
    }
    const named = (RoleSessionName: string) => ({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: role,
      RoleSessionName,
      SourceIdentity: RoleSessionName,
      DurationSeconds: "3600",
    });
    expect(aws.roleRequests()).toEqual([named("token=alice"), named("token=bob")]);
    // The server's own keys sign for nothing else.
    const byServer = aws.requests.filter(({ by }) => by === "server");
    expect(byServer.every(({ body }) => body.startsWith("Action=AssumeRole"))).toBe(true);
    for (const who of ["token=alice", "token=bob"]) {
      const made = aws.requests.filter(({ by }) => by === who);
      expect(made.filter(isStatusCall).length).toBeGreaterThanOrEqual(3);
      expect(made.filter(({ method }) => method === "GET").length).toBeGreaterThanOrEqual(2);
    }
    expect(aws.requests.every(({ by }) => /^(server|token=alice|token=bob)$/.test(by))).toBe(true);
  });

  test("AWS decides by who asks: what one may see is not shown to another, not even from memory", async () => {
    await using aws = signedAws((request) =>
      isStatusCall(request) && request.by === "token=bob"
        ? awsError("AccessDeniedException", "bob may not")
        : undefined,
    );
    await using team = await serverForTwo(runtime, aws);
    for (let time = 0; time < 2; time++) {
      expect((await statusOf(team.alice, finished)).structuredContent).toMatchObject({ status: "Success" });
      const { failure, text } = await statusOf(team.bob, finished);
      expect(failure.code).toBe("access_denied");
      expect(text).toContain("caller role bda-reader as token=bob");
    }
    // Alice's was remembered for her; a refusal is for nobody.
    expect(whoAsked(aws.requests)).toEqual(["token=alice", "token=bob", "token=bob"]);
    expect(await proposed(team.alice)).toEqual([finished]);
  });

  test("a finished job's answer is remembered for the one who asked, and the ARNs proposed are their own", async () => {
    await using aws = signedAws();
    await using team = await serverForTwo(runtime, aws, []);
    const { alice, bob } = team;
    await statusOf(alice, finished);
    await statusOf(alice, finished);
    expect(await proposed(bob)).toEqual([]);
    expect(whoAsked(aws.requests).length).toBe(1);
    await statusOf(bob, finished);
    await statusOf(bob, running);
    expect(whoAsked(aws.requests).length).toBe(3);
    expect(await proposed(alice)).toEqual([finished]);
    expect(await proposed(bob)).toEqual([running, finished]);
  });

  test("two who ask about one job at once are not told by one call", async () => {
    const both = Promise.withResolvers<void>();
    let asked = 0;
    await using aws = signedAws(async (request) => {
      if (!isStatusCall(request)) return undefined;
      asked += 1;
      if (asked === 2) both.resolve();
      // A call that served both would wait here until it is given up.
      await both.promise;
      return undefined;
    });
    const env = { ...aws.env, AWS_MAX_ATTEMPTS: "1" };
    await using team = await serverForTwo(runtime, { env }, ["--attempt-timeout", "5"]);
    const answers = await Promise.all([statusOf(team.alice, running), statusOf(team.bob, running)]);
    expect(answers.map(({ isError }) => isError)).toEqual([false, false]);
  });

  test("a task of one is not found by another, who cannot end it either", async () => {
    await using aws = signedAws();
    await using team = await serverForTwo(runtime, aws, []);
    const params = {
      name: "wait_for_data_automation_job",
      arguments: { invocationArn: running },
      task: {},
    };
    const { task } = await team.alice.request({ method: "tools/call", params }, CreateTaskResultSchema);
    const about = { params: { taskId: task.taskId } };
    const get = (client: Client) => client.request({ method: "tasks/get", ...about }, GetTaskResultSchema);
    const notFound = { code: -32602, message: expect.stringContaining("There is no such task") };
    expect(await refusal(get(team.bob))).toMatchObject(notFound);
    const result = team.bob.request({ method: "tasks/result", ...about }, CallToolResultSchema);
    expect(await refusal(result)).toMatchObject(notFound);
    const cancel = team.bob.request({ method: "tasks/cancel", ...about }, CancelTaskResultSchema);
    expect(await refusal(cancel)).toMatchObject(notFound);
    expect((await get(team.alice)).status).toBe("working");
  });

  test("a flood of one does not slow another, whatever a second may hold", async () => {
    await using aws = signedAws();
    await using team = await serverForTwo(runtime, aws, ["--max-calls-per-second", "1"]);
    const leaving = new AbortController();
    let answered = 0;
    const flood = Array.from({ length: 20 }, (_, job) =>
      team.alice
        .callTool(
          { name: "get_data_automation_status", arguments: { invocationArn: arnOf(`sim-running-${job}`) } },
          undefined,
          { signal: leaving.signal },
        )
        .then(() => {
          answered += 1;
        })
        .catch(() => {}),
    );
    await flood[0];
    const bobs = await statusOf(team.bob, finished);
    expect(bobs.structuredContent).toMatchObject({ status: "Success" });
    // In a queue of both, nineteen of Alice's would have come first.
    expect(answered).toBeLessThan(10);
    leaving.abort();
    await Promise.all(flood);
  });

  test("where the role may not be assumed, AWS is asked nothing else, and the answer has the remedy", async () => {
    await using aws = signedAws();
    const denied = role.replace("bda-reader", "sim-denied");
    await using team = await serverForTwo(runtime, aws, ["--caller-role", denied]);
    const { failure, text } = await statusOf(team.alice, finished);
    expect(failure).toMatchObject({ code: "access_denied", operation: "AssumeRole", roleArn: denied });
    expect(text).toContain(`may not assume the role ${denied} for whoever asks`);
    expect(text).toContain("To do, by an administrator of AWS account 111122223333:");
    const statement = /needs the statement (\{.*\}), and the server's own policy/.exec(text)?.[1] ?? "";
    expect(JSON.parse(statement)).toMatchObject({ Action: ["sts:AssumeRole", "sts:SetSourceIdentity"] });
    const partition = await statusOf(
      team.alice,
      finished.replace("aws:", "aws-cn:").replace("us-east", "cn-north"),
    );
    expect(partition.failure).toMatchObject({ code: "place_not_served", notServed: "partition" });
    expect(aws.requests.map(({ by }) => by)).toEqual(["server"]);
  });

  test("a signed token's subject is the identity, and its claims are the tags", async () => {
    await using aws = signedAws();
    const tags = [
      { claim: "team", key: "Team" },
      { claim: "cost", key: "cost:center" },
    ];
    await using server = await serverForCallers(runtime, aws, ["--caller-role", role], tags);
    const ask = async (claims: Readonly<Record<string, unknown>>) => {
      const client = await clientWith(tokenOf(claims), server.url);
      const answer = await statusOf(client, running);
      await client.close();
      return answer;
    };
    expect((await ask({ sub: "alice@example.com", team: "docs", cost: 7 })).isError).toBe(false);
    expect((await ask({ sub: "auth0|5f7c", team: ["ops"], cost: 7 })).isError).toBe(false);
    // The same person with another team has other rights, from that call on.
    expect((await ask({ sub: "alice@example.com", team: "none", cost: 7 })).isError).toBe(false);
    const missing = await ask({ sub: "carol", cost: 7 });
    expect(missing.failure).toMatchObject({ code: "claim_missing", claim: "team", sessionTags: "Team" });
    const strange = await ask({ sub: "carol", team: "a<b", cost: 7 });
    expect(strange.failure).toMatchObject({ code: "claim_missing", claimProblem: "no_tag_value" });
    expect(
      aws
        .roleRequests()
        .map((form) => [
          form.RoleSessionName,
          form.SourceIdentity === form.RoleSessionName,
          [1, 2].map((at) => `${form[`Tags.member.${at}.Key`]}=${form[`Tags.member.${at}.Value`]}`),
        ]),
    ).toEqual([
      ["alice@example.com", true, ["Team=docs", "cost:center=7"]],
      [expect.stringMatching(/^auth0-5f7c=[0-9a-f]{20}$/), true, ["Team=ops", "cost:center=7"]],
      ["alice@example.com", true, ["Team=none", "cost:center=7"]],
    ]);
  });

  test("--simulate shows what happens: who assumes which role, and by what name", async () => {
    await using team = await serverForTwo(runtime, { env: {} }, ["--simulate", "--caller-role", role]);
    expect((await statusOf(team.bob, finished)).isError).toBe(false);
    expect(team.stderr()).toContain('"sourceIdentity":"token=bob"');
    expect(team.stderr()).toContain("assumed-role/bda-reader/token=bob");
  });
});
