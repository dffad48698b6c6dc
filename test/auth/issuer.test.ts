// An issuer that is down, slow, huge or swapped, by a clock that the test moves.
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import type { Fetch } from "../../src/ports.ts";
import { silentLog } from "../../src/ports.ts";
import { createJwtVerifier } from "../../src/serving/auth/verify-jwt.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { audience, type FakeIssuer, fakeIssuer, signingKey } from "../support/fake-issuer.ts";

const minuteMs = 60_000;

function verifierOf(issuer: FakeIssuer, fetchBy: Fetch = openNetwork(issuer)) {
  const clock = new FakeClock(Date.now());
  let fetched = 0;
  const verify = createJwtVerifier({
    issuer: issuer.url,
    audiences: [audience],
    clock,
    log: silentLog,
    fetch: (...given) => {
      fetched += 1;
      return fetchBy(...given);
    },
  });
  return {
    clock,
    fetched: () => fetched,
    check: (token: string) => verify(token, createHash("sha256").update(token).digest()),
  };
}

/** Where even http://keys.example would answer as the issuer does. */
function openNetwork({ url }: FakeIssuer): Fetch {
  return (input, init) => fetch(String(input).replace("http://keys.example", url), init);
}

const down = () => new Response("", { status: 500 });

describe("an issuer that cannot be asked is no fault of the token", () => {
  const scripts: Readonly<Record<string, (path: string, issuer: FakeIssuer) => Response | undefined>> = {
    "is down": down,
    "answers with a page": () => new Response("<html>", { headers: { "content-type": "text/html" } }),
    "sends its caller elsewhere": (path, { keys, url }) => {
      if (path === "/elsewhere") return Response.json({ keys });
      return path === "/jwks" ? Response.redirect(`${url}/elsewhere`, 302) : undefined;
    },
    "has a JWKS without end": (path) => (path === "/jwks" ? new Response("x".repeat(1_000_000)) : undefined),
    "has no keys": (path) => (path === "/jwks" ? Response.json({ keys: [] }) : undefined),
    "has ten thousand keys": (path) =>
      path === "/jwks"
        ? Response.json({ keys: Array.from({ length: 10_000 }, () => ({ kty: "EC" })) })
        : undefined,
    "has metadata of another": (path, { url }) =>
      path === "/jwks"
        ? undefined
        : Response.json({ issuer: "https://other.example", jwks_uri: `${url}/jwks` }),
    "has its keys where anybody can change them on the way": (path, { url }) =>
      path === "/jwks" ? undefined : Response.json({ issuer: url, jwks_uri: "http://keys.example/jwks" }),
    "has no metadata": (path) => (path === "/jwks" ? undefined : new Response(null, { status: 404 })),
  };

  test.each(Object.keys(scripts))("%s", async (name) => {
    await using issuer = await fakeIssuer();
    const token = await issuer.token();
    issuer.answer = (path) => scripts[name]?.(path, issuer);
    const { check, clock } = verifierOf(issuer);
    expect(await check(token)).toEqual({ kind: "unavailable", retryAfterSeconds: 5 });
    // Back again, it is asked once its pause is over, and not before.
    issuer.answer = undefined;
    expect(await check(token)).toEqual({ kind: "unavailable", retryAfterSeconds: 5 });
    await clock.advance(5_001);
    expect(await check(token)).toMatchObject({ kind: "caller", caller: { name: "user-1" } });
  });

  test("one that never answers is given up after five seconds", async () => {
    await using issuer = await fakeIssuer();
    const never: Fetch = () => new Promise(() => {});
    const { check, clock } = verifierOf(issuer, never);
    const answer = check(await issuer.token());
    await clock.advance(5_001);
    expect(await answer).toEqual({ kind: "unavailable", retryAfterSeconds: 5 });
  });

  test("a thousand callers wait for it at the most; more are told at once", async () => {
    await using issuer = await fakeIssuer();
    const { check, clock, fetched } = verifierOf(issuer, () => new Promise(() => {}));
    const token = await issuer.token();
    const waiting = Array.from({ length: 1000 }, () => check(token));
    expect(await check(token)).toEqual({ kind: "unavailable", retryAfterSeconds: 1 });
    await clock.advance(5_001);
    for (const answer of await Promise.all(waiting)) expect(answer.kind).toBe("unavailable");
    expect(fetched()).toBe(1);
  });

  test("keys that were had serve for an hour, and no longer", async () => {
    await using issuer = await fakeIssuer();
    const exp = Math.floor(Date.now() / 1000) + 7200;
    const tokens = await Promise.all(["a", "b", "c"].map((sub) => issuer.token({ claims: { sub, exp } })));
    const { check, clock } = verifierOf(issuer);
    expect(await check(tokens[0] ?? "")).toMatchObject({ kind: "caller" });
    issuer.answer = down;
    await clock.advance(59 * minuteMs);
    expect(await check(tokens[1] ?? "")).toMatchObject({ kind: "caller" });
    await clock.advance(2 * minuteMs);
    for (const token of tokens) expect(await check(token)).toMatchObject({ kind: "unavailable" });
  });
});

test("keys that were swapped for another's let their tokens in, and those of before no more", async () => {
  await using issuer = await fakeIssuer();
  const { check, clock } = verifierOf(issuer);
  const before = await issuer.token();
  expect(await check(before)).toMatchObject({ kind: "caller" });
  const key = await signingKey("key-2");
  issuer.keys = [key.publicJwk];
  expect(await check(await issuer.token({ key }))).toMatchObject({ kind: "caller" });
  await clock.advance(1);
  expect(await check(before)).toEqual({ kind: "refused", reason: "key" });
});

test("private and shared keys in a JWKS let nobody in", async () => {
  await using issuer = await fakeIssuer();
  const shared = { kty: "oct", kid: "shared", k: Buffer.from("anybody can read this").toString("base64url") };
  const leaked = await signingKey("leaked");
  issuer.keys = [shared, leaked.privateJwk, issuer.key.publicJwk];
  const { check } = verifierOf(issuer);
  expect(await check(await issuer.token())).toMatchObject({ kind: "caller" });
  expect(await check(await issuer.token({ key: leaked }))).toEqual({ kind: "refused", reason: "key" });
});

test("ten thousand distinct bad tokens ask the issuer a few times at most", async () => {
  await using issuer = await fakeIssuer();
  const { check, fetched } = verifierOf(issuer);
  const [head = "", , signature = ""] = (await issuer.token()).split(".");
  const unknownKid = Buffer.from(JSON.stringify({ alg: "ES256", kid: "none" })).toString("base64url");
  for (let index = 0; index < 10_000; index += 1) {
    const claims = { iss: issuer.url, aud: audience, sub: `user-${index}`, exp: Date.now() };
    const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
    const token = `${index % 2 === 0 ? head : unknownKid}.${body}.${signature}`;
    expect((await check(token)).kind).toBe("refused");
  }
  expect(fetched()).toBeLessThanOrEqual(4);
});
