import { describe, expect, test } from "bun:test";
import { Hono } from "hono";
import type { HttpEnv } from "../../src/serving/http-env.ts";
import { readMessage } from "../../src/serving/read-message.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";

function posting(clock: FakeClock, body: BodyInit): Promise<Response> {
  const app = new Hono<HttpEnv>().post("/", async (c) => {
    const reading = await readMessage(c, clock);
    return reading.ok ? c.json({ read: reading.message }) : reading.refusal;
  });
  return Promise.resolve(
    app.request("http://localhost/", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    }),
  );
}

describe("a request's body", () => {
  test("that does not come in time is refused, and no more of it is read", async () => {
    const clock = new FakeClock();
    let cancelled = false;
    const endless = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
      cancel: () => {
        cancelled = true;
      },
    });
    const answer = posting(clock, endless);
    await clock.advance(9_999);
    expect(await Promise.race([answer, settle()])).toBeUndefined();
    await clock.advance(1);
    expect([(await answer).status, (await answer).headers.get("connection")]).toEqual([408, "close"]);
    await settle();
    expect(cancelled).toBe(true);
  });

  test("by chunks without end is given up as soon as it is over the bound", async () => {
    const clock = new FakeClock();
    let chunks = 0;
    const endless = new ReadableStream({
      pull(controller) {
        chunks += 1;
        controller.enqueue(new Uint8Array(64 * 1024));
      },
    });
    expect((await posting(clock, endless)).status).toBe(413);
    expect(chunks).toBeLessThan(10);
    expect(clock.sleeping).toBe(0);
  });

  test("that breaks off is the client's doing", async () => {
    const broken = new ReadableStream({
      pull: (controller) => controller.error(new Error("gone")),
    });
    expect((await posting(new FakeClock(), broken)).status).toBe(400);
  });

  test("in pieces, a character cut in two among them, is one text", async () => {
    const bytes = new TextEncoder().encode('{"a":"é€😀"}');
    const pieces = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await (await posting(new FakeClock(), pieces)).json()).toEqual({ read: { a: "é€😀" } });
  });

  test("with a key twice is refused, for it could be read in two ways", async () => {
    const answer = await posting(new FakeClock(), '{"method":"ping","method":"tools/call"}');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { code: -32600, message: expect.stringContaining("twice") },
    });
  });
});
