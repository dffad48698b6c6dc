// The executable that assumes a role for each caller: who they are is said by a real authorization server, and what is
// asked of AWS is compared with what AWS's SDK asks.
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { audience, fakeIssuer } from "../support/fake-issuer.ts";
import { connectAs } from "../support/person.ts";
import { realProvider } from "../support/real-provider.ts";
import { type AnyRuntime, builtRuntimes, runtimes } from "../support/runtimes.ts";
import { overHttp } from "../support/server-process.ts";
import { clientWith } from "../support/signed-in.ts";
import { statusOf } from "../support/transports.ts";
import { type Aws, role, type Signed, signedAws } from "./callers-world.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(120_000);

const arnOf = (id: string) => `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${id}`;
const jobs = [arnOf("sim-running"), arnOf("sim-success"), arnOf("sim-service-error")] as const;
const withRole = ["--caller-role", role, "--caller-tag", "team=Team", "--caller-tag", "cost=cost:center"];

const claims: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "alice@example.com": { team: "Größe 7/x + more", cost: 7 },
  "auth0|5f7c8ec7": { team: ["ops"], cost: "a+b=c" },
  carol: { cost: 7 },
  dave: { team: "a<b", cost: 7 },
};

const isStatusCall = ({ body }: Signed) => body.includes("invocationArn");

function served(runtime: AnyRuntime, aws: Pick<Aws, "env">, issuer: string, args: readonly string[] = []) {
  return overHttp(runtime, [...args, "--oidc-issuer", issuer, "--oidc-audience", audience], aws.env);
}

/** What AWS's SDK asks for, where it is told the same. */
async function askedBySdk(
  name: string,
  tags: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>> | undefined> {
  await using aws = signedAws();
  const { AWS_ACCESS_KEY_ID = "", AWS_ENDPOINT_URL = "", AWS_SECRET_ACCESS_KEY = "" } = aws.env;
  await fromTemporaryCredentials({
    masterCredentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    params: {
      RoleArn: role,
      RoleSessionName: name,
      SourceIdentity: name,
      DurationSeconds: 3600,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    },
    clientConfig: { region: "us-east-1", endpoint: AWS_ENDPOINT_URL },
  })();
  return aws.roleRequests()[0];
}

describe.each([...runtimes, ...builtRuntimes])("a role for each who signed in, on %s", (runtime) => {
  test("AWS is asked as its SDK asks: subject, source identity and tags; once for all that a person asks", async () => {
    await using provider = await realProvider((subject) => claims[subject] ?? {});
    await using aws = signedAws();
    await using server = await served(runtime, aws, provider.url, withRole);
    for (const name of ["alice@example.com", "auth0|5f7c8ec7"]) {
      const { client } = await connectAs(name, server.url);
      for (const job of jobs) expect((await statusOf(client, job)).isError).toBe(false);
      await client.close();
    }
    const [first, second, ...more] = aws.roleRequests();
    expect(more).toEqual([]);
    const alices = { Team: "Größe 7/x + more", "cost:center": "7" };
    expect(first).toEqual(await askedBySdk("alice@example.com", alices));
    // A subject that AWS does not take is named so that people can read it, and no two alike.
    const name = second?.RoleSessionName ?? "";
    expect(name).toMatch(/^auth0-5f7c8ec7=[0-9a-f]{20}$/);
    expect(second).toEqual(await askedBySdk(name, { Team: "ops", "cost:center": "a+b=c" }));
    const asked = aws.requests.filter(isStatusCall).map(({ by }) => by);
    expect(asked).toEqual([...jobs.map(() => "alice@example.com"), ...jobs.map(() => name)]);
  });

  test("who lacks a claim is refused, and AWS is asked nothing for them", async () => {
    await using provider = await realProvider((subject) => claims[subject] ?? {});
    await using aws = signedAws();
    await using server = await served(runtime, aws, provider.url, withRole);
    for (const [name, claimProblem] of [
      ["carol", "absent"],
      ["dave", "no_tag_value"],
    ] as const) {
      const { client } = await connectAs(name, server.url);
      const { failure, isError, text } = await statusOf(client, jobs[0]);
      await client.close();
      expect([isError, failure]).toEqual([
        true,
        expect.objectContaining({ code: "claim_missing", claim: "team", sessionTags: "Team", claimProblem }),
      ]);
      expect(text).toContain("team");
      expect(text).not.toContain("a<b");
    }
    expect(aws.requests).toEqual([]);
  });

  test("what a session was given is used until it is over, and then there is another", async () => {
    let expiry = 0;
    await using aws = signedAws(
      () => undefined,
      (xml, count) => {
        if (count > 1) return xml;
        expiry = 1_000 * (Math.floor(Date.now() / 1_000) + 3);
        return xml.replace(/<Expiration>[^<]*/, `<Expiration>${isoOf(expiry)}`);
      },
    );
    await using issuer = await fakeIssuer();
    await using server = await served(runtime, aws, issuer.url, ["--caller-role", role]);
    const client = await clientWith(await issuer.token(), server.url);
    expect((await statusOf(client, jobs[0])).isError).toBe(false);
    expect((await statusOf(client, jobs[1])).isError).toBe(false);
    expect(aws.roleRequests()).toHaveLength(1);
    await Bun.sleep(expiry - Date.now());
    expect((await statusOf(client, jobs[2])).isError).toBe(false);
    expect((await statusOf(client, jobs[0])).isError).toBe(false);
    expect(aws.roleRequests()).toHaveLength(2);
    await client.close();
  });
});

const isoOf = (milliseconds: number) => new Date(milliseconds).toISOString().replace(".000", "");

/** More sessions than are remembered. */
const crowd = 2_100;

describe.each(runtimes)("sessions of very many callers, on %s", (runtime) => {
  test("are remembered for the latest two thousand, and for no more", async () => {
    await using aws = signedAws();
    await using issuer = await fakeIssuer();
    const fast = ["--max-calls-per-second", "100000"];
    await using server = await served(runtime, aws, issuer.url, ["--caller-role", role, ...fast]);
    const ask = async (caller: number) => {
      const params = { name: "get_data_automation_status", arguments: { invocationArn: jobs[0] } };
      const answer = await fetch(server.url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          authorization: `Bearer ${await issuer.token({ claims: { sub: `user-${caller}` } })}`,
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: caller, method: "tools/call", params }),
      });
      expect(await answer.text()).toContain("InProgress");
    };
    let next = 0;
    const some = async () => {
      while (next < crowd) await ask(next++);
    };
    await Promise.all(Array.from({ length: 16 }, some));
    expect(aws.roleRequests()).toHaveLength(crowd);
    await ask(0);
    expect(aws.roleRequests()).toHaveLength(crowd + 1);
    await ask(crowd - 1);
    expect(aws.roleRequests()).toHaveLength(crowd + 1);
  });
});
