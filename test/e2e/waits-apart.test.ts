import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { post, request } from "../eras/raw.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overHttp, type Serving, testKeys } from "../support/server-process.ts";

setDefaultTimeout(60_000);

const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };
const invocationArn = (job: string) =>
  `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${job}`;

function call(
  server: Serving,
  id: number,
  name: string,
  job: string,
  more: object = {},
  signal?: AbortSignal,
) {
  return fetch(server.url, {
    method: "POST",
    headers: json,
    body: JSON.stringify({
      jsonrpc: "2.0",
      id,
      method: "tools/call",
      params: { name, arguments: { invocationArn: invocationArn(job) }, ...more },
    }),
    signal: signal ?? null,
  });
}
const wait = "wait_for_data_automation_job";
const status = "get_data_automation_status";

describe.each([...runtimes, ...builtRuntimes])("waits on %s", (runtime) => {
  test("take no room from short calls, have a bound of their own, and make room when their client leaves", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    await using server = await overHttp(runtime, ["--max-in-flight", "1", "--max-waits", "2"], {
      ...testKeys,
      AWS_ENDPOINT_URL: endpoint.url,
    });
    const leaving = new AbortController();
    const untold = call(server, 1, wait, "one", {}, leaving.signal)
      .then((answer) => answer.text())
      .catch(() => "gone");
    await endpoint.arrived(1);
    const told = call(server, 2, wait, "two", { _meta: { progressToken: "p" } }, leaving.signal)
      .then((answer) => answer.text())
      .catch(() => "gone");
    await endpoint.arrived(2);

    const third = await call(server, 3, wait, "three");
    expect([third.status, Number(third.headers.get("retry-after")) > 0]).toEqual([503, true]);
    expect(await third.json()).toMatchObject({ id: 3, error: { code: -32000 } });
    const asked = endpoint.requests.map(({ body }) => body).join();
    expect([asked.includes("/two"), asked.includes("/three")]).toEqual([true, false]);
    expect((await call(server, 4, status, "four")).status).toBe(200);
    // As a task it is answered at once.
    expect((await call(server, 5, wait, "five", { task: {} })).status).toBe(200);

    leaving.abort();
    expect(await Promise.all([untold, told])).toEqual(["gone", "gone"]);
    // Room is made once the server has noticed.
    let again = await call(server, 6, wait, "six", { _meta: { progressToken: "p" } });
    while (again.status === 503) {
      await Bun.sleep(10);
      again = await call(server, 7, wait, "six", { _meta: { progressToken: "p" } });
    }
    expect(again.status).toBe(200);
    await again.body?.cancel();
  });

  test("are no calls in revision 2026-07-28 either, which knows no wish for a task", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    await using server = await overHttp(runtime, ["--max-in-flight", "1"], {
      ...testKeys,
      AWS_ENDPOINT_URL: endpoint.url,
    });
    const params = { name: wait, arguments: { invocationArn: invocationArn("one") }, task: {} };
    const leaving = new AbortController();
    const waiting = post(server.url, request(1, "tools/call", params), { signal: leaving.signal })
      .then((answer) => answer.text())
      .catch(() => "gone");
    await endpoint.arrived(1);
    expect((await call(server, 2, status, "two")).status).toBe(200);
    leaving.abort();
    expect(await waiting).toBe("gone");
  });

  test("and calls under way are given up at a second signal", async () => {
    await using endpoint = scriptedEndpoint(() => new Promise<Response>(() => {}));
    const server = await overHttp(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const lost = call(server, 1, status, "one").catch(() => "lost");
    await endpoint.arrived(1);
    server.process.kill("SIGINT");
    while ((await fetch(new URL("/readyz", server.url))).status !== 503) await Bun.sleep(10);
    server.process.kill("SIGINT");
    await server.process.exited;
    expect(server.process.signalCode ?? server.process.exitCode).toBe("SIGINT");
    expect(await lost).toBe("lost");
  });
});
