import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { AtMost } from "../../src/aws/at-most.ts";
import { fakeKeys, fakeSts, inTurn, mark } from "../credentials/fake-aws.ts";
import { expires } from "../credentials/world.ts";
import { mainOf } from "../support/built.ts";
import { converse } from "../support/raw-stdio.ts";
import { builtRuntimes, type Finished, runScript, runtimes } from "../support/runtimes.ts";
import { type ScriptedEndpoint, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { findSecret, plantedToken } from "../support/secret-search.ts";
import { overHttp } from "../support/server-process.ts";
import {
  answerWithEchoes,
  jobAnswers,
  place,
  plantedEverywhere,
  type SecretsWorld,
  secretsWorld,
  swappedSecret,
  urlWithPassword,
} from "./secrets-world.ts";

setDefaultTimeout(90_000);

const debug = ["--log-level", "debug", "--max-calls-per-second", "1000"];
const arns = Object.keys(jobAnswers).map((jobId) => place + jobId);
const tool = (name: string, args: object) => ({ method: "tools/call", params: { name, arguments: args } });

/** Every way to ask, about every answer. */
const conversation = [
  { method: "tools/list", params: {} },
  ...arns.map((invocationArn) => tool("get_data_automation_status", { invocationArn })),
  tool("check_data_automation_jobs", { invocationArns: arns }),
  tool("wait_for_data_automation_job", { invocationArn: `${place}echo`, timeoutSeconds: 1 }),
  tool("read_data_automation_results", { invocationArn: `${place}good` }),
  tool("get_data_automation_status", { invocationArn: `${place}blueprint` }),
  ...["good", "echo", "echo-html"].map((jobId) => ({
    method: "resources/read",
    params: { uri: `bedrock-data-automation://us-east-1/111122223333/${jobId}` },
  })),
];

/** Nothing that was planted, and nothing that a request was signed with, stands in what came out. */
function expectNoSecret(out: string, { requests }: ScriptedEndpoint): void {
  const signatures = requests.flatMap(
    ({ headers }) => headers.get("authorization")?.match(/(?<=Signature=)\w+/g) ?? [],
  );
  for (const secret of [mark, ...new Set(signatures)]) expect(findSecret(out, secret)).toEqual([]);
  expect(out).not.toContain(swappedSecret.slice(-4));
}

function keyIds({ requests }: ScriptedEndpoint): string[] {
  const ids = requests.map(
    ({ headers }) => /Credential=([^/]+)/.exec(headers.get("authorization") ?? "")?.[1],
  );
  return [...new Set(ids)].map((id) => id ?? "unsigned");
}

describe("the search", () => {
  test.each([
    ["as it is", mark],
    ["in another case", mark.toLowerCase()],
    ["backwards", [...mark].reverse().join("")],
    ["in hexadecimal", Buffer.from(`x${mark}`).toString("hex")],
    ["in Base64", Buffer.from(mark).toString("base64")],
    ["in Base64, behind one byte", Buffer.from(`a${mark}b`).toString("base64")],
    ["in Base64, behind two bytes", Buffer.from(`ab${mark}cd`).toString("base64")],
  ])("finds a secret %s", (_, written) => {
    expect(findSecret(`{"text":"${written}"}`, mark)).not.toEqual([]);
    expect(findSecret("nothing", mark)).toEqual([]);
  });
});

let world: SecretsWorld;
beforeAll(() => {
  world = secretsWorld();
});
afterAll(() => world[Symbol.dispose]());

const goodSources = [
  "the environment",
  "web identity",
  "a container",
  "an instance",
  "profile static",
  "profile process",
  "profile process-noisy",
  "profile role",
  "profile web",
  "profile sso",
  "profile sso-renewable",
  "profile console",
];
const badSources = [
  "secret and key id in each other's place",
  "web identity at a service that quotes its token",
  "SSO at a portal that quotes its token",
  "a container that quotes its token",
  "a container that refuses its token",
  "an endpoint with a password in its URL",
  "profile process-exit",
  "profile process-nonsense",
  "profile process-loud",
  "profile role-forbidden",
  "profile sso-expired",
  "profile sso-revoked",
  "profile console-expired",
];

/** Those with which the doctor is asked too: it says where keys came from, and how they end. */
const examined = [
  "the environment",
  "a container",
  "profile process-noisy",
  "profile sso",
  "secret and key id in each other's place",
  "web identity at a service that quotes its token",
  "an endpoint with a password in its URL",
  "profile process-exit",
  "profile sso-expired",
];

test("every source is looked at", () => {
  expect(world.sources.map(({ name }) => name)).toEqual([...goodSources, ...badSources]);
});

describe.each([...runtimes, ...builtRuntimes])("no secret comes out on %s", (runtime) => {
  const main = mainOf(runtime);
  const processes = new AtMost(4);
  const running = new Map<string, Promise<Ran>>();

  interface Ran {
    readonly talk: Finished;
    readonly doctor?: Finished;
    readonly endpoint: ScriptedEndpoint;
  }

  const sourceOf = (name: string) => {
    const source = world.sources.find((one) => one.name === name);
    if (source === undefined) throw new Error(`there is no source ${name}`);
    return source;
  };

  /** A conversation, and for some the doctor, with the credentials of one source. */
  async function runWith(name: string): Promise<Ran> {
    const endpoint = scriptedEndpoint(answerWithEchoes);
    const url = name.includes("password") ? {} : { AWS_ENDPOINT_URL: endpoint.url };
    const env = { ...sourceOf(name).env, ...url, AWS_MAX_ATTEMPTS: "1" };
    const [talk, doctor] = await Promise.all([
      processes.run(() => converse(runtime, debug, env, conversation)),
      examined.includes(name)
        ? processes.run(() => runScript(runtime, main, ["doctor", ...debug, `${place}echo`], env))
        : undefined,
    ]);
    await endpoint[Symbol.asyncDispose]();
    return { talk, endpoint, ...(doctor === undefined ? {} : { doctor }) };
  }

  beforeAll(() => {
    for (const { name } of world.sources) {
      const ran = runWith(name);
      ran.catch(() => {});
      running.set(name, ran);
    }
  });
  afterAll(() => Promise.allSettled(running.values()));

  async function ranWith(name: string): Promise<Ran> {
    const ran = await running.get(name);
    if (ran === undefined) throw new Error(`nothing ran with ${name}`);
    const { talk, doctor } = ran;
    // All questions were answered: there is something to search.
    expect([talk.code, talk.stdout.trim().split("\n").length]).toEqual([0, conversation.length + 1]);
    // Nobody but the log writes there: no warning of a package or of the runtime.
    const messages = talk.stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).message);
    expect(messages).toContain("serving MCP over stdio");
    if (examined.includes(name)) {
      // That one is a setting that cannot be.
      const code = name.includes("password") ? 2 : 1;
      expect([doctor?.code, doctor?.stdout]).toEqual([code, expect.stringMatching(/status call/)]);
    }
    return ran;
  }

  const outOf = (...all: readonly (Finished | undefined)[]) =>
    all.map((ran) => `${ran?.stdout}\n${ran?.stderr}`).join("\n");

  test.each(goodSources)("with credentials from %s", async (name) => {
    const { talk, doctor, endpoint } = await ranWith(name);
    const [keyId, ...others] = keyIds(endpoint);
    expect([keyId?.slice(-4), others]).toEqual([sourceOf(name).endsIn, []]);
    expect(talk.stdout).toContain('"verdict":"succeeded"');
    expect(talk.stderr).toContain(`"keyEndsIn":"${keyId?.slice(-4)}"`);
    expectNoSecret(outOf(talk, doctor), endpoint);
  });

  test("what an endpoint quotes of a request is shown without them, and the rest of its words stay", async () => {
    const { talk, endpoint } = await ranWith("the environment");
    const sent = endpoint.requests.map(({ headers }) => headers.get("x-amz-security-token"));
    expect(new Set(sent)).toEqual(new Set([plantedToken(mark)]));
    expect(talk.stdout).toMatch(/You sent .*x-amz-security-token:\[removed\]/);
    expect(talk.stdout).toMatch(
      /You sent AWS4-HMAC-SHA256 Credential=ASIA\w+\/[^ ]+ SignedHeaders=[^ ]+ Signature=\[removed\]/,
    );
    expect(talk.stdout).not.toContain("Canonical String");
  });

  test.each(badSources)("with %s", async (name) => {
    const { talk, doctor, endpoint } = await ranWith(name);
    if (name.startsWith("secret and key id"))
      expect(keyIds(endpoint)).toEqual([swappedSecret.split("/")[0] ?? ""]);
    else expect(endpoint.requests).toHaveLength(0);
    expectNoSecret(outOf(talk, doctor), endpoint);
  });

  test("with a variable for an endpoint with a password in it", async () => {
    const env = { ...plantedEverywhere, AWS_ENDPOINT_URL: urlWithPassword };
    const ran = await runScript(runtime, main, ["doctor", ...debug], env);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain("AWS_ENDPOINT_URL must not contain a user or password");
    expect(outOf(ran)).not.toContain(mark);
  });

  test("over HTTP, to callers with the right token, a wrong one and none; nor in figures and spans", async () => {
    await using endpoint = scriptedEndpoint(answerWithEchoes);
    // A collector that takes nothing, and quotes what it was sent with.
    await using collector = scriptedEndpoint(
      ({ headers }) => new Response(`You sent ${JSON.stringify([...headers])}`, { status: 400 }),
    );
    const env = {
      ...plantedEverywhere,
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_MAX_ATTEMPTS: "1",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "50",
    };
    const server = await overHttp(runtime, [...debug, "--metrics"], env);
    const stdout = new Response(server.process.stdout).text();
    let out = "";
    const statuses: number[] = [];
    for (const token of [plantedEverywhere.BDA_MCP_AUTH_TOKEN, `${mark}-wrong-caller-token`, undefined]) {
      for (const [id, request] of conversation.entries()) {
        const answer = await fetch(server.url, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            accept: "application/json, text/event-stream",
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify({ jsonrpc: "2.0", id, ...request }),
        });
        statuses.push(answer.status);
        out += `${JSON.stringify([...answer.headers])}${await answer.text()}\n`;
        if (token !== plantedEverywhere.BDA_MCP_AUTH_TOKEN) break;
      }
    }
    expect(statuses).toEqual([...conversation.map(() => 200), 401, 401]);
    const authorization = `Bearer ${plantedEverywhere.BDA_MCP_METRICS_TOKEN}`;
    const figures = await fetch(new URL("/metrics", server.url), { headers: { authorization } });
    const counted = await figures.text();
    await server[Symbol.asyncDispose]();
    expect(out).toContain("[removed]");
    expect(counted).toContain('bda_mcp_http_refusals_total{status="401"} 2');
    expect(collector.requests[0]?.headers.get("authorization")).toBe(`Bearer ${mark}-collector-token`);
    const spans = collector.requests.map(({ body }) => body).join("\n");
    expect(spans).toContain("tools/call get_data_automation_status");
    expectNoSecret([out, await stdout, server.stderr(), counted, spans].join("\n"), endpoint);
  });

  test.each([
    ["status", ["status", ...arns]],
    ["status --json", ["status", "--json", ...arns]],
    ["doctor --json", ["doctor", "--json", `${place}echo`]],
    ["results", ["results", `${place}good`]],
    ["iam-policy", ["iam-policy"]],
    ["--help", ["--help"]],
  ])("in %s", async (_, args) => {
    await using endpoint = scriptedEndpoint(answerWithEchoes);
    const env = { ...plantedEverywhere, AWS_ENDPOINT_URL: endpoint.url, AWS_MAX_ATTEMPTS: "1" };
    const ran = await processes.run(() => runScript(runtime, main, [...args, ...debug], env));
    expect(ran.code).toBeWithin(0, 2);
    expect(ran.stdout + ran.stderr).not.toBe("");
    expectNoSecret(outOf(ran), endpoint);
  });

  test.each([
    ["a caller's token that is too short", { BDA_MCP_AUTH_TOKEN: mark }, "BDA_MCP_AUTH_TOKEN must have"],
    [
      "a token for figures that is too short",
      { BDA_MCP_METRICS_TOKEN: mark },
      "BDA_MCP_METRICS_TOKEN must have",
    ],
    ["a key for tasks that is too short", { BDA_MCP_TASK_KEY: mark }, "BDA_MCP_TASK_KEY must have"],
  ])("in what is said of %s", async (_, wrong, words) => {
    const ran = await processes.run(() =>
      runScript(runtime, main, ["http", "--port", "0"], { ...plantedEverywhere, ...wrong }),
    );
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(words)]);
    expect(findSecret(outOf(ran), mark)).toEqual([]);
  });
});

test.each([...runtimes, ...builtRuntimes])(
  "no secret comes out where a role is assumed for the caller on %s",
  async (runtime) => {
    await using endpoint = scriptedEndpoint(answerWithEchoes);
    const signer = plantedEverywhere.AWS_ACCESS_KEY_ID;
    const sts = fakeSts(inTurn(fakeKeys("CALL", expires)), { signer, webToken: "" });
    const role = "arn:aws:iam::111122223333:role/bda";
    const env = {
      ...plantedEverywhere,
      BDA_MCP_AUTH_TOKEN: `alice=${plantedEverywhere.BDA_MCP_AUTH_TOKEN}`,
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_ENDPOINT_URL_STS: sts.url,
      AWS_MAX_ATTEMPTS: "1",
    };
    const server = await overHttp(runtime, [...debug, "--caller-role", role], env);
    const stdout = new Response(server.process.stdout).text();
    let out = "";
    const askAll = async (url: URL, requests: readonly object[]) => {
      for (const [id, request] of requests.entries()) {
        const answer = await fetch(url, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            accept: "application/json, text/event-stream",
            authorization: `Bearer ${plantedEverywhere.BDA_MCP_AUTH_TOKEN}`,
          },
          body: JSON.stringify({ jsonrpc: "2.0", id, ...request }),
        });
        out += `${answer.status} ${await answer.text()}\n`;
      }
    };
    await askAll(server.url, conversation);
    const refused = [...debug, "--caller-role", `${role}/forbidden`];
    const forbidden = await overHttp(runtime, refused, env);
    await askAll(forbidden.url, conversation.slice(1, 3));
    await Promise.all([server[Symbol.asyncDispose](), forbidden[Symbol.asyncDispose]()]);
    sts.stop();
    expect(keyIds(endpoint)).toEqual(["ASIA000000000000CALL"]);
    expect(sts.asked[0]).toBe(`AssumeRole ${role} by ${signer} in us-east-1`);
    expect(out).toContain("[removed]");
    expect(out).toContain("may not assume the role");
    expect(server.stderr()).toContain('"session":"token=alice"');
    expectNoSecret(out + (await stdout) + server.stderr() + forbidden.stderr(), endpoint);
  },
);
