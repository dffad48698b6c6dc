import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { refusingPort } from "../support/refusing-port.ts";
import { type Runtime, runScript, runtimes } from "../support/runtimes.ts";
import { selfSigned } from "../support/self-signed.ts";

/** Servers that fail in ways of their own, and what the client calls each. */
const servers: Server[] = [];
const urls: Record<string, string> = {};
const begun = "HTTP/1.1 200 OK\r\nx-amzn-requestid: id-of-half\r\n";
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
  urls.cutShort = `http://127.0.0.1:${await listening(raw(`${begun}content-length: 100\r\n\r\n{"status":"Succ`))}`;
  urls.cutShortInPieces = `http://127.0.0.1:${await listening(raw(`${begun}transfer-encoding: chunked\r\n\r\n20\r\n{"status":"Succ`))}`;
  urls.notGzip = `http://127.0.0.1:${await listening(raw(`${begun}content-encoding: gzip\r\ncontent-length: 7\r\n\r\nrubbish`))}`;
  urls.notHttp = `http://127.0.0.1:${await listening(raw("SSH-2.0-OpenSSH_9\r\n"))}`;
  urls.noName = "https://no-such-host.invalid";
  urls.withoutTls = `https://127.0.0.1:${await listening(createHttpServer((_, r) => r.end("{}")))}`;
  urls.badCertificate = `https://127.0.0.1:${await listening(createTlsServer(selfSigned, (_, r) => r.end()))}`;
});

afterAll(async () => {
  for (const server of servers) server.close();
  await refusing[Symbol.asyncDispose]();
});

async function probe(runtime: Runtime, url: string) {
  const script = new URL("./network-probe.ts", import.meta.url).pathname;
  const { stderr, stdout } = await runScript(runtime, script, [url]);
  const facts: Readonly<Record<string, unknown>> = JSON.parse(stdout);
  return { facts, stderr };
}

describe.each(runtimes)("on %s", (runtime) => {
  test.each([
    ["refused", "network", 3],
    ["reset", "network", 3],
    ["notHttp", "network", 3],
    ["noName", "name_not_resolved", 3],
    ["badCertificate", "tls", 1],
    ["withoutTls", "tls", 1],
  ])("%s is told as %s after %d attempts", async (kind, code, attempts) => {
    const { facts, stderr } = await probe(runtime, urls[kind] ?? "");
    expect(stderr).toBe("");
    expect(facts).toMatchObject({ code, attempts });
    expect(facts.httpStatus).toBeUndefined();
    expect(facts.speaksTls).toBe(kind === "withoutTls" ? false : undefined);
  });

  test.each(["cutShort", "cutShortInPieces", "notGzip"])(
    "%s is a network fault of an answer that had begun, with what it told of itself",
    async (kind) => {
      const { facts, stderr } = await probe(runtime, urls[kind] ?? "");
      // Bun says itself, where nobody can keep it from it, that it cannot decompress.
      expect(stderr.replaceAll("Decompression error: ZlibError\n", "")).toBe("");
      expect(facts).toMatchObject({ code: "network", attempts: 3, httpStatus: 200, requestId: "id-of-half" });
    },
  );
});
