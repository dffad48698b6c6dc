import { describe, expect, test } from "bun:test";
import { CallError } from "../../src/aws/call-error.ts";
import { CallerCredentials } from "../../src/aws/caller-credentials.ts";
import type { CallerTag } from "../../src/aws/role-session.ts";
import type { AssumeRoleRequest } from "../../src/aws/sts-client.ts";
import { type Caller, onlyCaller } from "../../src/caller.ts";
import { type Log, silentLog } from "../../src/ports.ts";
import { StepClock } from "../support/step-clock.ts";

const arn = "arn:aws:iam::111122223333:role/readers/bda-reader";
const hour = 3_600_000;

const person = (sub: string, claims: Record<string, unknown> = {}): Caller => ({
  id: `https://idp.example ${sub}`,
  name: sub,
  claims: { ...claims, sub },
});

interface Asked {
  readonly request: AssumeRoleRequest;
  readonly region: string;
}

/** An STS that answers as told, and notes what it is asked. */
function world(
  options: {
    readonly tags?: readonly CallerTag[];
    readonly log?: Log;
    readonly answer?: (asked: Asked, count: number) => Promise<void> | undefined;
  } = {},
) {
  const { answer, log = silentLog, tags = [] } = options;
  const clock = new StepClock({ timeouts: [10_000, 2_000], now: Date.parse("2026-03-05T12:00:00Z") });
  const asked: Asked[] = [];
  const source = new CallerCredentials({
    role: { arn, tags },
    clock,
    log,
    sts: async () => ({
      async assumeRole(request, { region }) {
        asked.push({ request, region });
        const count = asked.length;
        await answer?.({ request, region }, count);
        return {
          accessKeyId: `ASIA${String(count).padStart(16, "0")}`,
          secretAccessKey: `secret-${count}`,
          sessionToken: `token-${count}`,
          expiresAt: clock.now() + request.durationSeconds * 1000,
        };
      },
    }),
  });
  return { asked, clock, source, pass: (milliseconds: number) => clock.sleep(milliseconds) };
}

function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "none",
    (thrown: unknown) => (thrown instanceof CallError ? thrown.code : thrown),
  );
}

describe("a role's credentials, for each caller apart", () => {
  test("the role is assumed in the caller's name, in the call's region, for an hour", async () => {
    const tags = [{ claim: "team", key: "Team" }];
    const { asked, source } = world({ tags });
    const caller = person("alice", { team: "docs" });
    const got = await source.get({ caller, region: "eu-west-1" });
    expect(asked).toEqual([
      {
        region: "eu-west-1",
        request: {
          roleArn: arn,
          durationSeconds: 3600,
          session: { name: "alice", tags: [{ key: "Team", value: "docs" }] },
        },
      },
    ]);
    expect(got.source).toBe("caller role bda-reader as alice");
  });

  test("calls of one caller at once cost one AssumeRole, another caller gets others", async () => {
    const { asked, source } = world();
    const [first, second, third] = await Promise.all([
      source.get({ caller: person("alice") }),
      source.get({ caller: person("alice") }),
      source.get({ caller: person("bob") }),
    ]);
    expect(second).toBe(first as never);
    expect(third.accessKeyId).not.toBe(first.accessKeyId);
    expect(asked.map(({ request }) => request.session.name)).toEqual(["alice", "bob"]);
    expect(await source.get({ caller: person("alice") })).toBe(first as never);
    expect(asked.length).toBe(2);
  });

  test("they are renewed before they expire", async () => {
    const { asked, pass, source } = world();
    const caller = person("alice");
    const first = await source.get({ caller });
    await pass(hour - 5 * 60_000 - 1_000);
    expect(await source.get({ caller })).toBe(first as never);
    await pass(3_000);
    expect((await source.get({ caller })).accessKeyId).not.toBe(first.accessKeyId);
    expect(asked.length).toBe(2);
  });

  test("what AWS refused is not given again, and only that caller's is asked for anew", async () => {
    const { asked, source } = world();
    const [alice, bob] = [person("alice"), person("bob")];
    const refused = await source.get({ caller: alice });
    const kept = await source.get({ caller: bob });
    source.refused(refused);
    expect((await source.get({ caller: alice })).accessKeyId).not.toBe(refused.accessKeyId);
    expect(await source.get({ caller: bob })).toBe(kept as never);
    expect(asked.map(({ request }) => request.session.name)).toEqual(["alice", "bob", "alice"]);
  });

  test("who has another claim than before gets another session, not the one with the old rights", async () => {
    const { asked, source } = world({ tags: [{ claim: "team", key: "Team" }] });
    const before = await source.get({ caller: person("alice", { team: "docs" }) });
    const after = await source.get({ caller: person("alice", { team: "none" }) });
    expect(after.accessKeyId).not.toBe(before.accessKeyId);
    expect(asked.map(({ request }) => request.session.tags[0]?.value)).toEqual(["docs", "none"]);
  });

  test.each<[string, Caller | undefined]>([
    ["nobody", undefined],
    ["the only caller there is", onlyCaller],
    ["a token without a subject", { id: "x", name: "x", claims: {} }],
  ])("%s gets none: this server's own are never given instead", async (_, caller) => {
    const { asked, source } = world();
    expect(await codeOf(source.get({ caller }))).toBe("caller_not_known");
    expect(asked.length).toBe(0);
  });

  test("a refusal names the role and its tags, and is not asked for again at once", async () => {
    let denied = true;
    const { asked, pass, source } = world({
      tags: [{ claim: "team", key: "Team" }],
      answer: () =>
        denied
          ? Promise.reject(new CallError("access_denied", "no", { operation: "AssumeRole" }))
          : undefined,
    });
    const caller = person("alice", { team: "docs" });
    const failure: unknown = await source.get({ caller }).catch((thrown: unknown) => thrown);
    if (!(failure instanceof CallError)) throw new Error("a CallError was expected");
    expect(failure.facts).toEqual({ operation: "AssumeRole", roleArn: arn, sessionTags: "Team" });
    for (let call = 0; call < 100; call++) expect(await codeOf(source.get({ caller }))).toBe("access_denied");
    expect(asked.length).toBe(1);
    // Another caller is not made to wait for that.
    expect(await codeOf(source.get({ caller: person("bob", { team: "docs" }) }))).toBe("access_denied");
    expect(asked.length).toBe(2);
    denied = false;
    await pass(1_001);
    expect(await codeOf(source.get({ caller }))).toBe("none");
  });

  test("who gives up does not end it for another, nor leave a refusal behind", async () => {
    const open = Promise.withResolvers<void>();
    const { asked, source } = world({ answer: () => open.promise });
    const caller = person("alice");
    const leaving = new AbortController();
    const left = codeOf(source.get({ caller, signal: leaving.signal }));
    const stays = source.get({ caller });
    leaving.abort();
    expect(await left).toBe("cancelled");
    open.resolve();
    expect((await stays).accessKeyId).toEndWith("1");
    expect(asked.length).toBe(1);
  });

  test("ten thousand callers: the sessions that are remembered are bounded, the latest are among them", async () => {
    const { asked, source } = world();
    const callers = Array.from({ length: 10_000 }, (_, index) => person(`caller-${index}`));
    for (const caller of callers) await source.get({ caller });
    expect(asked.length).toBe(10_000);
    for (const caller of callers.slice(-2_000)) await source.get({ caller });
    expect(asked.length).toBe(10_000);
    for (const caller of callers.slice(0, 10)) await source.get({ caller });
    expect(asked.length).toBe(10_010);
  });

  test("the log names the session and holds no key", async () => {
    const lines: string[] = [];
    const write = (message: string, fields: object = {}) => lines.push(JSON.stringify([message, fields]));
    const { source } = world({ log: { debug: write, info: write, warn: write, error: write } });
    await source.get({ caller: person("alice") });
    expect(lines.join()).toContain('"session":"alice"');
    expect(lines.join()).not.toMatch(/secret-1|token-1/);
  });
});
