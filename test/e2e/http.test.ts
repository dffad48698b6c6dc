import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "node:net";
import { mainOf } from "../support/built.ts";
import { builtRuntimes, runScript, runtimes } from "../support/runtimes.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { overHttp, testKeys, textOf } from "../support/server-process.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";
const call = { name: "get_data_automation_status", arguments: { invocationArn: arn } };
const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };
const message = (method: string, params: object = {}) =>
  JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });

describe.each([...runtimes, ...builtRuntimes])("over HTTP on %s", (runtime) => {
  test("a client lists the tools and has a job explained, without a session", async () => {
    await using endpoint = scriptedEndpoint(() =>
      jobAnswer({ status: "ServiceError", errorMessage: "oops" }),
    );
    await using server = await overHttp(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const client = await server.connect();
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain(call.name);
    const result = await client.callTool(call);
    expect(result.structuredContent).toMatchObject({
      status: "ServiceError",
      explanation: { verdict: "failed", fault: "service", startAgain: "safe" },
    });
    expect(textOf(result)).toContain("oops");
    const answer = await fetch(server.url, { method: "POST", headers: json, body: message("tools/list") });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(answer.headers.get("mcp-session-id")).toBeNull();
    expect((await fetch(new URL("/healthz", server.url))).status).toBe(200);
    expect(server.stderr()).not.toMatch(/error/i);
  });

  test("what is not a good request is refused with the status that says why", async () => {
    await using server = await overHttp(runtime);
    const post = async (init: RequestInit) =>
      (await fetch(server.url, { method: "POST", headers: json, body: message("ping"), ...init })).status;
    expect(await post({})).toBe(200);
    expect(await post({ headers: { ...json, host: "evil.example" } })).toBe(403);
    expect(await post({ headers: { ...json, host: "evil.example:3000" } })).toBe(403);
    expect(await post({ headers: { ...json, origin: "https://evil.example" } })).toBe(403);
    expect(await post({ headers: { ...json, origin: "null" } })).toBe(403);
    expect(await post({ headers: { ...json, origin: "http://localhost:6274" } })).toBe(200);
    expect(await post({ headers: { ...json, "content-type": "text/plain" } })).toBe(415);
    expect(await post({ headers: { ...json, "content-type": "application/jsonx" } })).toBe(415);
    expect(await post({ headers: { ...json, accept: "application/json" } })).toBe(406);
    expect(await post({ body: "{" })).toBe(400);
    expect(await post({ body: "" })).toBe(400);
    expect(await post({ body: '"text"' })).toBe(400);
    expect(await post({ body: "{}" })).toBe(400);
    expect(await post({ body: `[${message("ping")}]` })).toBe(400);
    expect(await post({ body: `"${"x".repeat(256 * 1024)}"` })).toBe(413);
    const withoutLength = new Blob(["x".repeat(1024 * 1024)]).stream();
    expect(await post({ body: withoutLength })).toBe(413);
    // On the same connection: what was refused must not stand in the way.
    expect(await post({})).toBe(200);
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode("x".repeat(65536))),
    });
    // Whoever never stops to send may be hung up on before the answer is seen.
    expect(await post({ body: endless }).catch(() => 413)).toBe(413);
    for (const method of ["GET", "DELETE", "PUT", "PATCH"]) {
      const answer = await fetch(server.url, { method, headers: json });
      expect([method, answer.status, answer.headers.get("allow")]).toEqual([method, 405, "POST"]);
    }
    expect((await fetch(new URL("/other", server.url))).status).toBe(404);
    expect(await post({})).toBe(200);
  });

  test("a request without a Host, as HTTP/1.0 allows, is refused; a health check like that is answered", async () => {
    await using server = await overHttp(runtime);
    const body = message("ping");
    const head = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
    expect(await firstLine(server.url, `POST /mcp HTTP/1.0\r\n${head}\r\n${body}`)).toContain(" 403 ");
    expect(await firstLine(server.url, "GET /healthz HTTP/1.0\r\n\r\n")).toContain(" 200 ");
    expect(await firstLine(server.url, "GET /other?x HTTP/1.0\r\n\r\n")).toContain(" 404 ");
  });

  test("a host name and an origin can be allowed", async () => {
    await using server = await overHttp(runtime, [
      "--allowed-host",
      "mcp.example",
      "--allowed-origin",
      "https://app.example",
    ]);
    const headers = { ...json, host: "mcp.example:8443", origin: "https://app.example" };
    const answer = await fetch(server.url, { method: "POST", headers, body: message("ping") });
    expect(answer.status).toBe(200);
  });

  test("with a token, only those who have it may call", async () => {
    const token = "a-token-of-some-length";
    await using server = await overHttp(runtime, ["--host", "127.0.0.1"], {
      ...testKeys,
      BDA_MCP_AUTH_TOKEN: token,
    });
    const post = (authorization?: string) =>
      fetch(server.url, {
        method: "POST",
        headers: authorization === undefined ? json : { ...json, authorization },
        body: message("ping"),
      });
    const none = await post();
    expect([none.status, none.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect((await post("Bearer wrong-token-of-length")).status).toBe(401);
    expect((await post(`Basic ${token}`)).status).toBe(401);
    expect((await post(`Bearer ${token}x`)).status).toBe(401);
    expect((await post(`bearer ${token}`)).status).toBe(200);
    expect((await fetch(new URL("/healthz", server.url))).status).toBe(200);
  });

  test("an address that others reach is refused at start without a token", async () => {
    const { code, stderr } = await runScript(
      runtime,
      mainOf(runtime),
      ["http", "--host", "0.0.0.0", "--port", "0"],
      testKeys,
    );
    expect(code).toBe(2);
    expect(stderr).toContain("--host");
    expect(stderr).toContain("BDA_MCP_AUTH_TOKEN");
  });

  test("a port that is taken is told in one line", async () => {
    await using server = await overHttp(runtime);
    const { code, stderr } = await runScript(
      runtime,
      mainOf(runtime),
      ["http", "--port", server.url.port],
      testKeys,
    );
    expect([code, stderr.trim().split("\n").length]).toEqual([2, 1]);
    expect(stderr).toContain(`Port ${server.url.port}`);
  });

  test("a client that closes its connection stops the call to AWS", async () => {
    await using endpoint = scriptedEndpoint(() => new Promise<Response>(() => {}));
    await using server = await overHttp(runtime, [], { ...testKeys, AWS_ENDPOINT_URL: endpoint.url });
    const leaving = new AbortController();
    const gone = fetch(server.url, {
      method: "POST",
      headers: json,
      body: message("tools/call", call),
      signal: leaving.signal,
    }).catch(() => "gone");
    await endpoint.arrived(1);
    leaving.abort();
    expect(await gone).toBe("gone");
    await endpoint.hungUp;
  });

  test("SIGTERM ends it with code 0, with a call in flight", async () => {
    await using endpoint = scriptedEndpoint(() => new Promise<Response>(() => {}));
    const server = await overHttp(runtime, ["--drain-seconds", "0"], {
      ...testKeys,
      AWS_ENDPOINT_URL: endpoint.url,
    });
    const gone = fetch(server.url, {
      method: "POST",
      headers: json,
      body: message("tools/call", call),
    }).catch(() => "gone");
    await endpoint.arrived(1);
    server.process.kill("SIGTERM");
    expect(await server.process.exited).toBe(0);
    await gone;
  });
});

/** The first line of what comes back for these bytes. */
function firstLine({ port, hostname }: URL, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.once("data", (chunk) => {
      resolve(chunk.toString().split("\r\n")[0] ?? "");
      socket.destroy();
    });
    socket.once("error", reject);
    socket.write(bytes);
  });
}
