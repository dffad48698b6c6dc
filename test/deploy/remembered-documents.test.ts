import { expect, test } from "bun:test";
import { RememberedDocuments } from "../../src/deploy/remembered-documents.ts";
import { FakeClock } from "../support/fake-clock.ts";

const url = "https://issuer.example/jwks";

function issuer() {
  const clock = new FakeClock();
  const answers: (() => Response)[] = [];
  let asked = 0;
  const fetch = async () => {
    asked += 1;
    return answers.shift()?.() ?? new Response(`{"version":${asked}}`);
  };
  const documents = new RememberedDocuments(clock);
  return { clock, answers, asked: () => asked, request: () => documents.forRequest(fetch) };
}

test("a document serves the requests of ten minutes, then it is fetched anew", async () => {
  const { asked, clock, request } = issuer();
  expect(await (await request()(url)).text()).toBe('{"version":1}');
  await clock.advance(599_000);
  expect(await (await request()(url)).text()).toBe('{"version":1}');
  expect(asked()).toBe(1);
  await clock.advance(2_000);
  expect(await (await request()(url)).text()).toBe('{"version":2}');
});

test("a request that finds no key in it gets it anew, at most every 30 s whoever asks", async () => {
  const { asked, clock, request } = issuer();
  await request()(url);
  await clock.advance(31_000);
  const rotated = request();
  expect(await (await rotated(url)).text()).toBe('{"version":1}');
  expect(await (await rotated(url)).text()).toBe('{"version":2}');
  for (let turn = 0; turn < 100; turn += 1) {
    const stranger = request();
    await stranger(url);
    await stranger(url);
  }
  expect(asked()).toBe(2);
});

test("a failure is not remembered, and what is too large is passed on as too large", async () => {
  const { answers, request } = issuer();
  answers.push(
    () => new Response("", { status: 503 }),
    () => new Response("x".repeat(300_000)),
  );
  expect((await request()(url)).status).toBe(503);
  expect((await (await request()(url)).arrayBuffer()).byteLength).toBeGreaterThan(256 * 1024);
  expect(await (await request()(url)).text()).toBe('{"version":3}');
});
