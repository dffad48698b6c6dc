import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { refusingPort } from "../support/refusing-port.ts";
import { runScript, runtimes } from "../support/runtimes.ts";
import { selfSigned } from "../support/self-signed.ts";

/** Servers that fail in ways of their own, and what the client calls each. */
const servers: Server[] = [];
const urls: Record<string, string> = {};
const refusing = await refusingPort();

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

function raw(answer: string): Server {
  return createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(answer));
  });
}

beforeAll(async () => {
  urls.refused = `http://127.0.0.1:${refusing.port}`;
  urls.reset = `http://127.0.0.1:${await listening(raw(""))}`;
  urls.cutShort = `http://127.0.0.1:${await listening(raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"))}`;
  urls.notHttp = `http://127.0.0.1:${await listening(raw("SSH-2.0-OpenSSH_9\r\n"))}`;
  urls.noName = "https://no-such-host.invalid";
  urls.badCertificate = `https://127.0.0.1:${await listening(createTlsServer(selfSigned, (_, r) => r.end()))}`;
});

afterAll(async () => {
  for (const server of servers) server.close();
  await refusing[Symbol.asyncDispose]();
});

describe.each(runtimes)("on %s", (runtime) => {
  test.each([
    ["refused", "network", 3],
    ["reset", "network", 3],
    ["cutShort", "network", 3],
    ["notHttp", "network", 3],
    ["noName", "name_not_resolved", 3],
    ["badCertificate", "tls", 1],
  ])("%s is told as %s after %d attempts", async (kind, code, attempts) => {
    const { stdout, stderr } = await runScript(
      runtime,
      new URL("./network-probe.ts", import.meta.url).pathname,
      [urls[kind] ?? ""],
    );
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ code, attempts });
  });
});
