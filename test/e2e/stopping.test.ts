import { describe, expect, test } from "bun:test";
import { mainOf } from "../support/built.ts";
import { builtRuntimes, cleanEnv, commandOf, root, runtimes } from "../support/runtimes.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overHttp, testKeys } from "../support/server-process.ts";

const invocationArn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";
const call = (name: string, meta: object = {}) => ({
  jsonrpc: "2.0",
  id: 7,
  method: "tools/call",
  params: { name, arguments: { invocationArn }, ...meta },
});
const wait = "wait_for_data_automation_job";
const told = { _meta: { progressToken: "p" } };
const lastStatus = {
  id: 7,
  result: {
    content: [{ text: expect.stringContaining("The server is stopping.") }],
    structuredContent: { status: "InProgress", waited: { timedOut: false, stopped: true } },
  },
};

describe.each([...runtimes, ...builtRuntimes])("a wait that the server's stop ends, on %s", (runtime) => {
  test.each(["end of input", "SIGTERM"] as const)("over stdio, by %s: its latest status", async (how) => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "InProgress" }));
    const child = Bun.spawn(commandOf(runtime, mainOf(runtime)), {
      cwd: root,
      env: cleanEnv({ ...testKeys, AWS_ENDPOINT_URL: endpoint.url }),
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
    });
    child.stdin.write(`${JSON.stringify(call(wait, told))}\n`);
    child.stdin.flush();
    let stdout = "";
    for await (const chunk of child.stdout) {
      const first = stdout === "";
      stdout += new TextDecoder().decode(chunk);
      if (first && how === "SIGTERM") child.kill(how);
      else if (first) child.stdin.end();
    }
    expect(await child.exited).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject(lastStatus);
  });

  test("over HTTP: its latest status, as JSON and as events; a status call is told why it has none", async () => {
    await using endpoint = scriptedEndpoint((_, index) =>
      index === 0 ? jobAnswer({ status: "InProgress" }) : new Promise<Response>(() => {}),
    );
    await using server = await overHttp(runtime, ["--drain-seconds", "1"], {
      ...testKeys,
      AWS_ENDPOINT_URL: endpoint.url,
    });
    const post = (message: object) =>
      fetch(server.url, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
        body: JSON.stringify(message),
      });
    const asJson = post(call(wait)).then((response) => response.json());
    await endpoint.arrived(1);
    const events = (await post(call(wait, told))).body?.pipeThrough(new TextDecoderStream()).getReader();
    let streamed = (await events?.read())?.value ?? "";
    const other = call("get_data_automation_status");
    other.params.arguments = { invocationArn: invocationArn.replace("0a1b", "ffff") };
    const asked = post(other).then((response) => response.text());
    await endpoint.arrived(2);
    server.process.kill("SIGTERM");
    for (let end = false; !end; ) {
      const next = await events?.read();
      streamed += next?.value ?? "";
      end = next?.done ?? true;
    }
    expect(await asJson).toMatchObject(lastStatus);
    expect(JSON.parse(/data: (.*"result".*)/.exec(streamed)?.[1] ?? "")).toMatchObject(lastStatus);
    expect(await asked).toContain("this program is stopping");
    expect(await server.process.exited).toBe(0);
  });
});
