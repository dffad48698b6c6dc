import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "node:net";
import { cleanEnv, commandOf, root, runtimes } from "../support/runtimes.ts";

setDefaultTimeout(60_000);

/** Sends `first`, `next` after an answer, and then `more` four times a second for as long as the other side listens. */
function untilClosed(port: number, first: string, more = "", next = ""): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    let last = next === "";
    socket.write(first);
    const dripping = setInterval(() => more !== "" && last && socket.write(more), 250);
    socket.on("data", (data) => {
      if (!last) socket.write(next);
      last = true;
      answer += data;
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(dripping);
      resolve(answer);
    });
  });
}

// Node's own server is what Deno has, too.
describe.each(runtimes)("a client on %s", (runtime) => {
  let port: number;
  let stop: () => void;
  beforeAll(async () => {
    const child = Bun.spawn(commandOf(runtime, `${root}test/serving/patience-server.ts`), {
      env: cleanEnv(),
      stdout: "pipe",
    });
    stop = () => child.kill();
    const { value } = await child.stdout.getReader().read();
    port = Number(new TextDecoder().decode(value));
  });
  afterAll(() => stop());

  // All at once: each waits for a clock that nobody can hand to a runtime.
  test("who is too slow is let go, and who only waits for a long answer is not", async () => {
    const short = "GET /short HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const request = "GET /long HTTP/1.1\r\nHost: localhost\r\n";
    const [silent, half, dripping, idle, halfNext, drippingNext, long] = await Promise.all([
      untilClosed(port, ""),
      untilClosed(port, request),
      untilClosed(port, `${request}X-Slow: `, "a"),
      untilClosed(port, short),
      untilClosed(port, short, "", request),
      untilClosed(port, short, "a", `${request}X-Slow: `),
      untilClosed(port, short, "", `${request}\r\n`),
    ]);
    for (const answer of [silent, half, dripping]) expect(answer).toMatch(/^$|^HTTP\/1\.1 408 /);
    expect(idle).toEndWith("answer to /short");
    // On Bun the time for these is that for a next request, which no byte of it makes longer.
    for (const answer of [halfNext, drippingNext])
      expect(answer).toMatch(/answer to \/short$|answer to \/shortHTTP\/1\.1 408 /);
    expect(long).toEndWith("answer to /long");
  });
});
