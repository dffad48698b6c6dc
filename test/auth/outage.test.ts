// Over real HTTP: an issuer that is down, and a flood of tokens that let nobody in.
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { type FakeIssuer, fakeIssuer } from "../support/fake-issuer.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import type { Serving } from "../support/server-process.ts";
import { own, ping, residentMiB, served } from "./served.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(120_000);

describe.each([...runtimes, ...builtRuntimes])("an issuer of tokens, on %s", (runtime) => {
  test("that is down is no fault of the token: 503 and when to try again; other ways in stay open", async () => {
    await using issuer = await fakeIssuer();
    issuer.answer = () => new Response("", { status: 500 });
    await using server = await served(runtime, issuer);
    const answer = await ping(server, await issuer.token());
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([503, null]);
    expect(Number(answer.headers.get("retry-after"))).toBeWithin(1, 6);
    expect((await ping(server, own)).status).toBe(200);
    // What could never be good needs no issuer to be refused.
    expect((await ping(server, await issuer.token({ claims: { exp: 1 } }))).status).toBe(401);
    expect(server.stderr()).toContain("HTTP 500 instead of its documents");
  });

  test("that goes down later leaves the keys that were had, which serve on", async () => {
    await using issuer = await fakeIssuer();
    await using server = await served(runtime, issuer);
    expect((await ping(server, await issuer.token())).status).toBe(200);
    issuer.answer = () => new Response("", { status: 500 });
    expect((await ping(server, await issuer.token({ claims: { sub: "user-2" } }))).status).toBe(200);
    // Whether this is a new key cannot be known now.
    expect((await ping(server, await issuer.token({ header: { kid: "key-2" } }))).status).toBe(503);
  });

  test("is not asked for each of ten thousand bad tokens, and none of them stays in memory", async () => {
    await using issuer = await fakeIssuer();
    await using server = await served(runtime, issuer);
    const good = await issuer.token();
    expect((await ping(server, good)).status).toBe(200);
    const flood = await floodOf(issuer);
    await send(server, 6_000, flood);
    const before = residentMiB(server).now;
    await send(server, 10_000, flood);
    expect(residentMiB(server).now - before).toBeLessThan(40);
    expect(issuer.asked()).toBeLessThanOrEqual(2);
    expect((await ping(server, good)).status).toBe(200);
    // A line for each of ten, and one for all others of the same time.
    expect(server.stderr().split("\n").length).toBeLessThan(100);
  });
});

/** Bad tokens, no two alike: of a key that there is not, with a signature that is none, of nobody, of no form. */
async function floodOf(issuer: FakeIssuer): Promise<(index: number) => string> {
  const [head = "", body = "", signature = ""] = (await issuer.token()).split(".");
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = JSON.parse(Buffer.from(body, "base64url").toString());
  return (index) => {
    const mine = part({ ...claims, sub: `user-${index}`, padding: "x".repeat(5000) });
    if (index % 4 === 0) return `${part({ alg: "ES256", kid: `key-${index}` })}.${mine}.${signature}`;
    if (index % 4 === 1) return `${head}.${mine}.${signature}`;
    if (index % 4 === 2)
      return `${head}.${part({ ...claims, iss: `https://${index}.example` })}.${signature}`;
    return `token-${index}-${"x".repeat(5000)}`;
  };
}

let sent = 0;

async function send(server: Serving, count: number, tokenOf: (index: number) => string): Promise<void> {
  const last = sent + count;
  const sender = async () => {
    while (sent < last) {
      sent += 1;
      const { status } = await ping(server, tokenOf(sent));
      if (status !== 401) throw new Error(`a bad token was answered with ${status}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, sender));
}
