import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "node:tls";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overHttp, type Serving, testKeys } from "../support/server-process.ts";
import { behindNginx } from "./balanced.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const token = "a-token-of-some-length";
const headers = {
  host: "mcp.example.com",
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
  authorization: `Bearer ${token}`,
};
const arnOf = (id: string | number) =>
  `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${id}`;

function send(url: URL, method: string, params: object): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers,
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    tls: { rejectUnauthorized: false },
  });
}

/** What is wrong with the answer; empty where nothing is. */
async function problemOf(answer: Promise<Response>): Promise<string> {
  try {
    const text = await (await answer).text();
    return text.includes('"status":"Success"') ? "" : text.slice(0, 300);
  } catch (thrown) {
    return String(thrown);
  }
}

describe.each([...runtimes, ...builtRuntimes])("two replicas behind nginx, on %s", (runtime) => {
  /** Told apart by the keys that each signs with. */
  const keyIds = ["AKIATESTREPLICA00001", "AKIATESTREPLICA00002"] as const;
  const replica = (endpoint: string, which: 0 | 1): Promise<Serving> =>
    overHttp(runtime, ["--max-calls-per-second", "10000"], {
      ...testKeys,
      AWS_ACCESS_KEY_ID: keyIds[which],
      AWS_ENDPOINT_URL: endpoint,
      BDA_MCP_AUTH_TOKEN: token,
      BDA_MCP_TASK_KEY: "the-same-for-both-replicas",
      BDA_MCP_ALLOWED_HOSTS: "mcp.example.com",
    });

  test.each(["SIGTERM", "SIGKILL"] as const)(
    "no call fails where one ends by %s under load, and both had calls to answer",
    async (signal) => {
      await using endpoint = scriptedEndpoint(async () => {
        await Bun.sleep(15);
        return jobAnswer({ status: "Success" });
      });
      await using first = await replica(endpoint.url, 0);
      await using second = await replica(endpoint.url, 1);
      await using balancer = await behindNginx([first.url, second.url]);
      const calls = 300;
      const servedBy = (which: 0 | 1) =>
        endpoint.requests.filter(({ headers: sent }) => sent.get("authorization")?.includes(keyIds[which]))
          .length;
      let begun = 0;
      const problems: string[] = [];
      const client = async () => {
        while (begun < calls) {
          begun += 1;
          // Node takes a moment until it answers as fast as the other.
          if (begun >= calls / 3 && !first.process.killed && servedBy(0) > 10) first.process.kill(signal);
          const asked = { name: "get_data_automation_status", arguments: { invocationArn: arnOf(begun) } };
          const problem = await problemOf(send(balancer.url, "tools/call", asked));
          if (problem !== "") problems.push(problem);
        }
      };
      await Promise.all(Array.from({ length: 16 }, client));
      await first.process.exited;
      expect(problems).toEqual([]);
      expect(begun).toBe(calls);
      expect(servedBy(1)).toBeGreaterThan(calls / 2);
    },
  );

  test("either replica knows a task that the other began, and tells a wait's progress as it comes", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    await using first = await replica(endpoint.url, 0);
    await using second = await replica(endpoint.url, 1);
    await using balancer = await behindNginx([first.url, second.url]);
    const wait = { name: "wait_for_data_automation_job", arguments: { invocationArn: arnOf("slow") } };
    const begun = await send(first.url, "tools/call", { ...wait, task: { ttl: 60_000 } });
    const { taskId } = ((await begun.json()) as { result: { task: { taskId: string } } }).result.task;
    const known = await send(second.url, "tasks/get", { taskId });
    expect(await known.json()).toMatchObject({ result: { taskId, status: "working" } });

    const told = await send(balancer.url, "tools/call", { ...wait, _meta: { progressToken: 7 } });
    const reader = told.body?.getReader();
    // The wait goes on for 25 s: what is read now was not kept back.
    let text = "";
    while (!text.includes("notifications/progress"))
      text += new TextDecoder().decode((await reader?.read())?.value);
    expect(text).not.toContain('"result"');
    await reader?.cancel();
  });
});

describe("nginx before them", () => {
  const answering = () =>
    Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("answered") });

  test("passes a long token on, and has each address take so many places and no more", async () => {
    await using first = answering();
    await using second = answering();
    await using balancer = await behindNginx([first.url, second.url]);
    const ask = (authorization: string) =>
      fetch(balancer.url, {
        headers: { host: "mcp.example.com", authorization },
        tls: { rejectUnauthorized: false },
      });
    expect(await (await ask(`Bearer ${"t".repeat(9_000)}`)).text()).toBe("answered");

    // Requests that take their time: their bodies are on the way.
    const slow = Array.from({ length: 220 }, () => {
      const socket = connect({
        host: "127.0.0.1",
        port: Number(balancer.url.port),
        rejectUnauthorized: false,
      });
      socket.on("error", () => {});
      socket.write("POST /mcp HTTP/1.1\r\nHost: mcp.example.com\r\nContent-Length: 9\r\n\r\n{");
      return socket;
    });
    const refused = await Promise.any(
      slow.map((socket) => new Promise((resolve) => socket.on("data", resolve))),
    );
    expect(String(refused)).toStartWith("HTTP/1.1 429 ");
    for (const socket of slow) socket.destroy();
    // Room is made once nginx has noticed.
    while ((await ask("Bearer t")).status === 429) await Bun.sleep(10);
    expect(await (await ask("Bearer t")).text()).toBe("answered");
  });
});
