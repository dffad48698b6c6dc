// Over real HTTP: an issuer that is slow, whose answers are huge, or whose keys are swapped.
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { type FakeIssuer, fakeIssuer, type SigningKey, signingKey } from "../support/fake-issuer.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import type { Serving } from "../support/server-process.ts";
import { own, ping, residentMiB, served } from "./served.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(120_000);

const allRuntimes = [...runtimes, ...builtRuntimes];
const encoder = new TextEncoder();

/** Stands in what the issuer sends: none of that is to be seen again. */
const planted = "planted-by-the-issuer";

type Answer = (path: string, issuer: FakeIssuer) => Response | Promise<Response> | undefined;

const jwksAs =
  (answer: (issuer: FakeIssuer) => Response): Answer =>
  (path, issuer) =>
    path === "/jwks" ? answer(issuer) : undefined;

/** A body that never ends: `piece` again and again, after so many milliseconds each. */
function endless(piece: string, milliseconds: number): Response {
  const bytes = encoder.encode(piece);
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (milliseconds > 0) await Bun.sleep(milliseconds);
    controller.enqueue(bytes);
  };
  return new Response(new ReadableStream({ pull }));
}

/** The token cannot be checked now; why is a line in the log, and nothing of what was sent is. */
async function expectUnavailable(answer: Response, server: Serving, reason: string): Promise<void> {
  expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([503, null]);
  expect(Number(answer.headers.get("retry-after"))).toBeWithin(1, 6);
  await logged(server, `"reason":"${reason}`);
  expect(server.stderr()).not.toContain(planted);
  expect(server.stderr()).not.toMatch(/eyJ/);
}

async function logged(server: Serving, text: string): Promise<void> {
  while (!server.stderr().includes(text)) await Bun.sleep(5);
}

const deep = (text: string) => text.repeat(50_000);
const megabytes = encoder.encode(planted.repeat(5_000_000));

const huge: Readonly<Record<string, readonly [reason: string, answer: Answer]>> = {
  "has a JWKS without end": [
    "a document of over 262144 bytes",
    jwksAs(() => endless(planted.repeat(1_000), 0)),
  ],
  "has a JWKS of 105 MB, and says so": [
    "a document of over 262144 bytes",
    jwksAs(() => new Response(megabytes)),
  ],
  "has metadata without end": [
    "a document of over 262144 bytes",
    (path) => (path === "/jwks" ? undefined : endless(planted.repeat(1_000), 0)),
  ],
  "has a JWKS that unfolds to 300 MiB": [
    "a document of over 262144 bytes",
    jwksAs(() => new Response(bomb, { headers: { "content-encoding": "gzip" } })),
  ],
  "has a JWKS nested 50,000 deep": [
    "its JWKS is not one of at most 100 keys",
    jwksAs(() => new Response(`{"keys":${deep("[")}${deep("]")}}`)),
  ],
  "has a thousand keys": [
    "its JWKS is not one of at most 100 keys",
    jwksAs(({ keys: [key] }) => Response.json({ keys: Array.from({ length: 1_000 }, () => ({ ...key })) })),
  ],
  "has a key of a million bits": [
    "its JWKS has no public key that can be used",
    jwksAs(() => Response.json({ keys: [{ kty: "RSA", kid: "key-1", e: "AQAB", n: "x".repeat(170_000) }] })),
  ],
};
const bomb = gzipSync(new Uint8Array(300 * 1024 * 1024));

describe.each(allRuntimes)("an issuer that sends too much, on %s", (runtime) => {
  test.each(Object.keys(huge))("one that %s", async (name) => {
    const [reason, answer] = huge[name] ?? ["", undefined];
    await using issuer = await fakeIssuer();
    issuer.answer = (path) => answer?.(path, issuer);
    await using server = await served(runtime, issuer);
    expect((await ping(server, own)).status).toBe(200);
    const before = residentMiB(server).now;
    await expectUnavailable(await ping(server, await issuer.token()), server, reason);
    expect(residentMiB(server).peak - before).toBeLessThan(60);
    // Nothing of it stands in the way of others, nor of what is let in without it.
    expect((await ping(server, await issuer.token())).status).toBe(503);
    expect((await ping(server, own)).status).toBe(200);
    expect(issuer.asked()).toBeLessThanOrEqual(1);
  });

  test("one whose headers do not end", async () => {
    await using flood = await headersWithoutEnd();
    await using issuer = await fakeIssuer();
    await using server = await served(runtime, flood);
    const before = residentMiB(server).now;
    const token = await issuer.token({ claims: { iss: flood.url } });
    await expectUnavailable(await ping(server, token), server, "no connection");
    expect(residentMiB(server).peak - before).toBeLessThan(60);
  });
});

/** An answer that is still to come, and whether it has. */
function watched(answer: Promise<Response>) {
  let settled = false;
  const done = answer.finally(() => {
    settled = true;
  });
  return { answer: done, settled: () => settled };
}

// All at once: what they share is the five seconds that an issuer is given.
describe("an issuer that is slow", () => {
  const slow: Readonly<Record<string, Answer>> = {
    "never answers": () => new Promise(() => {}),
    "answers byte by byte": jwksAs(() => endless(" ", 50)),
  };

  test.concurrent("is given up in time; meanwhile others are served, and after it nobody waits for a while", async () => {
    const cases = allRuntimes.flatMap((runtime) =>
      Object.values(slow).map((answer) => [runtime, answer] as const),
    );
    await Promise.all(
      cases.map(async ([runtime, answer]) => {
        await using issuer = await fakeIssuer();
        let requests = 0;
        issuer.answer = (path) => {
          requests += 1;
          return answer(path, issuer);
        };
        await using server = await served(runtime, issuer);
        const pending = watched(ping(server, await issuer.token()));
        // Neither of these asks the issuer.
        expect((await ping(server, own)).status).toBe(200);
        expect((await ping(server, await issuer.token({ claims: { exp: 1 } }))).status).toBe(401);
        expect(pending.settled()).toBe(false);
        await expectUnavailable(await pending.answer, server, "it did not answer within 5000 ms");
        const before = requests;
        expect((await ping(server, await issuer.token())).status).toBe(503);
        expect([before > 0, requests]).toEqual([true, before]);
      }),
    );
  });

  test.concurrent("while a key is looked for that it does not show, those of known keys are served", async () => {
    await Promise.all(
      allRuntimes.map(async (runtime) => {
        await using issuer = await fakeIssuer();
        await using server = await served(runtime, issuer);
        expect((await ping(server, await issuer.token())).status).toBe(200);
        const asked = Promise.withResolvers<void>();
        issuer.answer = () => {
          asked.resolve();
          return new Promise(() => {});
        };
        const pending = watched(ping(server, await issuer.token({ header: { kid: "key-2" } })));
        await asked.promise;
        expect((await ping(server, await issuer.token({ claims: { sub: "user-2" } }))).status).toBe(200);
        expect(pending.settled()).toBe(false);
        await expectUnavailable(await pending.answer, server, "it did not answer within 5000 ms");
        expect((await ping(server, await issuer.token({ claims: { sub: "user-3" } }))).status).toBe(200);
      }),
    );
  });
});

describe.each(allRuntimes)("an issuer whose keys are swapped, on %s", (runtime) => {
  test("for others: their tokens are let in, and those of before no more", async () => {
    await using issuer = await fakeIssuer();
    await using server = await served(runtime, issuer);
    const before = await issuer.token();
    expect((await ping(server, before)).status).toBe(200);
    const key = await signingKey("key-2");
    issuer.keys = [key.publicJwk];
    expect((await ping(server, await issuer.token({ key }))).status).toBe(200);
    const refused = await ping(server, before);
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
      401,
      expect.stringContaining("by a key that its issuer does not have"),
    ]);
    expect(issuer.asked()).toBe(3);
  });

  test("for one of the same name: the same", async () => {
    await using issuer = await fakeIssuer();
    await using server = await served(runtime, issuer);
    const before = await issuer.token();
    expect((await ping(server, before)).status).toBe(200);
    const key = await signingKey(issuer.key.kid);
    issuer.keys = [key.publicJwk];
    expect((await ping(server, await issuer.token({ key }))).status).toBe(200);
    const refused = await ping(server, before);
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
      401,
      expect.stringContaining("signature is not right"),
    ]);
    // A forger's tokens do not send the server to the issuer again and again.
    for (let index = 0; index < 20; index += 1) {
      const forged = await issuer.token({ key: issuer.key, claims: { sub: `user-${index}` } });
      expect((await ping(server, forged)).status).toBe(401);
    }
    expect(issuer.asked()).toBeLessThanOrEqual(3);
  });

  test("for what are no keys: the ones that were had serve on, and a forger's token is no fault of the issuer", async () => {
    const forger = await signingKey("key-1");
    const swaps: readonly Answer[] = [
      jwksAs(() => new Response(`<html>${planted}`)),
      jwksAs(() => Response.json({ keys: [{ kty: "oct", kid: "key-2", k: planted }] })),
      (path, { url }) =>
        path === "/jwks"
          ? undefined
          : Response.json({ issuer: `${url}/${planted}`, jwks_uri: `${url}/jwks` }),
      jwksAs(({ url }) => Response.redirect(`${url}/${planted}`, 302)),
    ];
    await Promise.all(
      swaps.map(async (swap) => {
        await using issuer = await fakeIssuer();
        await using server = await served(runtime, issuer);
        expect((await ping(server, await issuer.token())).status).toBe(200);
        issuer.answer = (path) => swap(path, issuer);
        expect((await ping(server, await issuer.token({ header: { kid: "key-2" } }))).status).toBe(503);
        expect((await ping(server, await issuer.token({ key: forger }))).status).toBe(401);
        expect((await ping(server, await issuer.token({ claims: { sub: "user-2" } }))).status).toBe(200);
        await logged(server, "the keys of the issuer of tokens could not be had");
        expect(server.stderr()).not.toContain(planted);
      }),
    );
  });
});

/** How two keys of an algorithm come to be meant by one token: by what tokens and the JWKS say of names. */
const ambiguous = {
  "whose tokens do not name their key": [{ kid: undefined }, {}],
  "whose keys have no names": [{ kid: undefined }, { kid: undefined }],
  "whose keys have the same name": [{ kid: "key" }, { kid: "key" }],
} as const;

/** 512 bits: too few for any algorithm. */
const unusable = { kty: "RSA", kid: "key-0", alg: "RS256", use: "sig", e: "AQAB", n: `${"x".repeat(85)}w` };

describe.each(allRuntimes)("an issuer of several keys, on %s", (runtime) => {
  test.each(Object.entries(ambiguous))(
    "one %s: tokens of each are let in while it has them",
    async (_, [header, name]) => {
      const key = (kid: string) => signingKey(kid, "RS256");
      const [old, current, next, strange] = await Promise.all([key("1"), key("2"), key("3"), key("4")]);
      const published = (...keys: SigningKey[]) =>
        [unusable, ...keys.map(({ publicJwk }) => publicJwk)].map((jwk) => ({ ...jwk, ...name }));
      await using issuer = await fakeIssuer();
      await using server = await served(runtime, issuer);
      const tokenOf = (by: SigningKey, sub = "user-1") => issuer.token({ key: by, header, claims: { sub } });
      issuer.keys = published(old, current);
      const before = await tokenOf(old);
      expect((await ping(server, before)).status).toBe(200);
      expect((await ping(server, await tokenOf(current))).status).toBe(200);
      expect(issuer.asked()).toBe(1);

      issuer.keys = published(current, next);
      expect((await ping(server, await tokenOf(next))).status).toBe(200);
      expect((await ping(server, await tokenOf(current, "user-2"))).status).toBe(200);
      // Neither a withdrawn key nor a forger's lets anybody in, nor sends the server to the issuer again and again.
      for (let index = 0; index < 20; index += 1) {
        const bad = await tokenOf(strange, `user-${index}`);
        for (const token of [before, bad]) {
          const refused = await ping(server, token);
          expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
            401,
            expect.stringContaining("signature is not right"),
          ]);
        }
      }
      expect(issuer.asked()).toBe(3);
    },
  );
});

/** Answers whatever is asked with headers, and more headers. */
async function headersWithoutEnd(): Promise<AsyncDisposable & { readonly url: string }> {
  const sockets = new Set<Socket>();
  const line = `x-${planted}: ${"a".repeat(8_000)}\r\n`;
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    const more = () => {
      while (!socket.destroyed && socket.write(line));
    };
    socket.on("drain", more).once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\n");
      more();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
