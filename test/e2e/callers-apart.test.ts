import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  CallToolResultSchema,
  CancelTaskResultSchema,
  CreateTaskResultSchema,
  GetTaskResultSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { audience, type FakeIssuer, fakeIssuer } from "../support/fake-issuer.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { awsError, jobAnswer } from "../support/scripted-endpoint.ts";
import { overHttp, textOf } from "../support/server-process.ts";
import { clientWith } from "../support/signed-in.ts";
import { statusOf } from "../support/transports.ts";
import { kinds, type Person, role, type Signed, serverForTwo, signedAws } from "./callers-world.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const arnOf = (id: string) => `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${id}`;
const uriOf = (id: string) => `bedrock-data-automation://us-east-1/111122223333/${id}`;
const finished = arnOf("sim-success");
const running = arnOf("sim-running");
const waitFor = (invocationArn: string) => ({
  name: "wait_for_data_automation_job",
  arguments: { invocationArn },
});

const isStatusCall = ({ body }: Signed) => body.includes("invocationArn");
const whoAsked = (requests: readonly Signed[]) => requests.filter(isStatusCall).map(({ by }) => by);

/** The ARNs that are proposed, in either revision alike. */
async function proposed({ ask, client }: Person): Promise<readonly string[]> {
  const ref = { type: "ref/prompt", name: "explain_data_automation_job" } as const;
  const params = { ref, argument: { name: "invocationArn", value: "" } };
  const { values } = (await client.complete(params)).completion;
  expect((await ask("completion/complete", params)).result?.completion).toMatchObject({ values });
  return values;
}

function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "answered",
    (thrown: unknown) => thrown,
  );
}

const signedBy = ({ url }: FakeIssuer) => ["--oidc-issuer", url, "--oidc-audience", audience];

const everyRuntime = [...runtimes, ...builtRuntimes];
const cases = everyRuntime.flatMap((runtime) => kinds.map((kind) => [kind, runtime] as const));

describe.each(cases)("callers apart, known by %s, on %s", (kind, runtime) => {
  /** What AWS calls the session that acts for them. */
  const sessionOf = (name: string) => (kind === "named tokens" ? `token=${name}` : name);

  test("each acts in a session of the role in their own name: status, waits and results", async () => {
    await using aws = signedAws();
    await using team = await serverForTwo(kind, runtime, aws, ["--caller-role", role]);
    for (const { client } of [team.alice, team.bob]) {
      expect((await statusOf(client, finished)).structuredContent).toMatchObject({ status: "Success" });
      const results = { invocationArn: arnOf("sim-results-document") };
      const read = await client.callTool({ name: "read_data_automation_results", arguments: results });
      expect([read.isError ?? false, textOf(read)]).toEqual([false, expect.stringMatching(/segment/i)]);
      const wait = { invocationArn: arnOf("sim-service-error"), timeoutSeconds: 5 };
      await client.callTool({ name: "wait_for_data_automation_job", arguments: wait });
    }
    const sessions = ["alice", "bob"].map(sessionOf);
    expect(aws.roleRequests()).toEqual(
      sessions.map((session) => ({
        Action: "AssumeRole",
        Version: "2011-06-15",
        RoleArn: role,
        RoleSessionName: session,
        SourceIdentity: session,
        DurationSeconds: "3600",
      })),
    );
    // The server's own keys sign for nothing else.
    const byServer = aws.requests.filter(({ by }) => by === "server");
    expect(byServer.every(({ body }) => body.startsWith("Action=AssumeRole"))).toBe(true);
    for (const session of sessions) {
      const made = aws.requests.filter(({ by }) => by === session);
      expect(made.filter(isStatusCall).length).toBeGreaterThanOrEqual(3);
      expect(made.filter(({ method }) => method === "GET").length).toBeGreaterThanOrEqual(2);
    }
    expect(aws.requests.every(({ by }) => ["server", ...sessions].includes(by))).toBe(true);
  });

  test("AWS decides by who asks: what one may see is not shown to another, not even from memory", async () => {
    const [alices, bobs] = [sessionOf("alice"), sessionOf("bob")];
    await using aws = signedAws((request) =>
      isStatusCall(request) && request.by === bobs
        ? awsError("AccessDeniedException", "bob may not")
        : undefined,
    );
    await using team = await serverForTwo(kind, runtime, aws, ["--caller-role", role]);
    for (let time = 0; time < 2; time++) {
      const answer = await statusOf(team.alice.client, finished);
      expect(answer.structuredContent).toMatchObject({ status: "Success" });
      const { failure, text } = await statusOf(team.bob.client, finished);
      expect(failure.code).toBe("access_denied");
      expect(text).toContain(`caller role bda-reader as ${bobs}`);
    }
    // Alice's was remembered for her; a refusal is for nobody.
    expect(whoAsked(aws.requests)).toEqual([alices, bobs, bobs]);
    expect(await proposed(team.alice)).toEqual([finished]);
  });

  test("a finished job's answer is remembered for the one who asked, and the ARNs proposed are their own", async () => {
    await using aws = signedAws();
    await using team = await serverForTwo(kind, runtime, aws);
    const { alice, bob } = team;
    const uri = uriOf("sim-success");
    await statusOf(alice.client, finished);
    await statusOf(alice.client, finished);
    await alice.ask("resources/read", { uri });
    expect(await proposed(bob)).toEqual([]);
    expect(whoAsked(aws.requests).length).toBe(1);
    await bob.ask("resources/read", { uri });
    await statusOf(bob.client, finished);
    await statusOf(bob.client, running);
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
    await using team = await serverForTwo(kind, runtime, { env }, ["--attempt-timeout", "5"]);
    const answers = await Promise.all([team.alice, team.bob].map(({ client }) => statusOf(client, running)));
    expect(answers.map(({ isError }) => isError)).toEqual([false, false]);
  });

  test("a task of one is not found by another, who cannot end it either, in any revision", async () => {
    await using aws = signedAws();
    await using team = await serverForTwo(kind, runtime, aws);
    const { alice, bob } = team;
    const params = { ...waitFor(running), task: {} };
    const begun = await alice.client.request({ method: "tools/call", params }, CreateTaskResultSchema);
    const later = await alice.ask("tools/call", waitFor(running));
    for (const taskId of [begun.task.taskId, String(later.result?.taskId)]) {
      const about = { params: { taskId } };
      const get = ({ client }: Person) =>
        client.request({ method: "tasks/get", ...about }, GetTaskResultSchema);
      const cancel = ({ client }: Person) =>
        client.request({ method: "tasks/cancel", ...about }, CancelTaskResultSchema);
      const result = bob.client.request({ method: "tasks/result", ...about }, CallToolResultSchema);
      const notFound = { code: -32602, message: expect.stringContaining("There is no such task") };
      expect(await Promise.all([get(bob), result, cancel(bob)].map(refusal))).toMatchObject([
        notFound,
        notFound,
        notFound,
      ]);
      const unknown = async (method: string) => (await bob.ask(method, { taskId: "no-task" })).error;
      for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
        const { error } = await bob.ask(method, { taskId });
        expect([error?.code, error?.message]).toEqual([-32602, (await unknown(method))?.message]);
      }
      expect((await get(alice)).status).toBe("working");
      expect((await alice.ask("tasks/get", { taskId })).result).toMatchObject({ status: "working" });
      expect((await cancel(alice)).status).toBe("cancelled");
      expect((await alice.ask("tasks/get", { taskId })).result).toMatchObject({ status: "cancelled" });
    }
  });

  test("who listens to a job hears what AWS tells them, not what it tells another", async () => {
    let status = "InProgress";
    const bobs = Promise.withResolvers<void>();
    await using aws = signedAws((request) => {
      if (!isStatusCall(request)) return undefined;
      if (request.by !== sessionOf("bob")) return jobAnswer({ status });
      bobs.resolve();
      return awsError("AccessDeniedException", "bob may not");
    });
    await using team = await serverForTwo(kind, runtime, aws, ["--caller-role", role]);
    const leaving = new AbortController();
    const uri = uriOf("sim-running");
    const heard = { alice: [] as string[], bob: [] as string[] };
    const toldAlice = Promise.withResolvers<void>();
    const follow = async (name: "alice" | "bob") => {
      for await (const { method = "" } of await team[name].listen(uri, leaving.signal)) {
        heard[name].push(method);
        if (heard.alice.includes("notifications/resources/updated")) toldAlice.resolve();
      }
    };
    const streams = [refusal(follow("alice")), refusal(follow("bob"))];
    await bobs.promise;
    // Whoever asks shortens the pace of those who listen to the same job, if they are the same.
    while ((await statusOf(team.alice.client, running)).structuredContent === undefined) await Bun.sleep(5);
    status = "Success";
    while (
      !JSON.stringify((await statusOf(team.alice.client, running)).structuredContent).includes("Success")
    )
      await Bun.sleep(50);
    await toldAlice.promise;
    // What Alice was told came from her own calls; Bob was told that he listens, and nothing since.
    expect((await statusOf(team.bob.client, running)).failure.code).toBe("access_denied");
    leaving.abort();
    await Promise.all(streams);
    const acknowledged = "notifications/subscriptions/acknowledged";
    expect(heard).toEqual({ alice: [acknowledged, "notifications/resources/updated"], bob: [acknowledged] });
  });

  test("a flood of one does not slow another, whatever a second may hold", async () => {
    await using aws = signedAws();
    await using team = await serverForTwo(kind, runtime, aws, ["--max-calls-per-second", "1"]);
    const leaving = new AbortController();
    let answered = 0;
    const flood = Array.from({ length: 20 }, (_, job) =>
      team.alice.client
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
    const bobs = await statusOf(team.bob.client, finished);
    expect(bobs.structuredContent).toMatchObject({ status: "Success" });
    // In a queue of both, nineteen of Alice's would have come first.
    expect(answered).toBeLessThan(10);
    leaving.abort();
    await Promise.all(flood);
  });
});

describe.each(everyRuntime)("callers who are told apart, on %s", (runtime) => {
  test("where the role may not be assumed, AWS is asked nothing else, and the answer has the remedy", async () => {
    await using aws = signedAws();
    const denied = role.replace("bda-reader", "sim-denied");
    await using team = await serverForTwo("named tokens", runtime, aws, ["--caller-role", denied]);
    const { failure, text } = await statusOf(team.alice.client, finished);
    expect(failure).toMatchObject({ code: "access_denied", operation: "AssumeRole", roleArn: denied });
    expect(text).toContain(`may not assume the role ${denied} for whoever asks`);
    expect(text).toContain("To do, by an administrator of AWS account 111122223333:");
    const statement = /needs the statement (\{.*\}), and the server's own policy/.exec(text)?.[1] ?? "";
    expect(JSON.parse(statement)).toMatchObject({ Action: ["sts:AssumeRole", "sts:SetSourceIdentity"] });
    const partition = await statusOf(
      team.alice.client,
      finished.replace("aws:", "aws-cn:").replace("us-east", "cn-north"),
    );
    expect(partition.failure).toMatchObject({ code: "place_not_served", notServed: "partition" });
    expect(aws.requests.map(({ by }) => by)).toEqual(["server"]);
  });

  test("a token of one's own and an issuer's subject of its name are two callers; a renewed token is no other", async () => {
    await using aws = signedAws();
    await using issuer = await fakeIssuer();
    const own = "the-token-that-alice-has";
    const env = { ...aws.env, BDA_MCP_AUTH_TOKEN: `alice=${own},bob=the-token-that-bob-has` };
    await using server = await overHttp(runtime, ["--caller-role", role, ...signedBy(issuer)], env);
    const claims = { sub: "alice" };
    const renewed = await issuer.token({ claims: { ...claims, jti: "2" } });
    for (const token of [own, await issuer.token({ claims }), renewed]) {
      const client = await clientWith(token, server.url);
      expect((await statusOf(client, finished)).isError).toBe(false);
      await client.close();
    }
    expect(whoAsked(aws.requests)).toEqual(["token=alice", "alice"]);
  });

  test("a signed token's subject is the identity, and its claims are the tags", async () => {
    await using aws = signedAws();
    await using issuer = await fakeIssuer();
    const args = ["--caller-role", role, "--caller-tag", "team=Team", "--caller-tag", "cost=cost:center"];
    await using server = await overHttp(runtime, [...args, ...signedBy(issuer)], aws.env);
    const ask = async (claims: Readonly<Record<string, unknown>>) => {
      const client = await clientWith(await issuer.token({ claims }), server.url);
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
    await using team = await serverForTwo("named tokens", runtime, { env: {} }, [
      "--simulate",
      "--caller-role",
      role,
    ]);
    expect((await statusOf(team.bob.client, finished)).isError).toBe(false);
    expect(team.stderr()).toContain('"sourceIdentity":"token=bob"');
    expect(team.stderr()).toContain("assumed-role/bda-reader/token=bob");
  });
});
