import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "node:net";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { overHttp, type Serving } from "../support/server-process.ts";

setDefaultTimeout(60_000);

const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const size = ping.length;
const hex = size.toString(16);
const head =
  "Host: localhost\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n";
const post = (headers: string, body: string, target = "/mcp") =>
  `POST ${target} HTTP/1.1\r\n${head}${headers}\r\n${body}`;
const sized = (headers: string) => post(`${headers}Content-Length: ${size}\r\n`, ping);
const chunked = (body: string) => post("Transfer-Encoding: chunked\r\n", body);
const hidden = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
const megabyte = 1024 * 1024;

/** By runtime where they differ: Bun has its own parser, Deno and Node have Node's. */
type Statuses = number | { readonly bun: number; readonly others: number };

/**
 * What a sender and a proxy could read in two ways, and what is too large. All that is no good HTTP is refused, and its
 * connection closed, so that nothing hidden in it is ever answered.
 */
const refused: readonly (readonly [name: string, bytes: string, status: Statuses])[] = [
  [
    "a length and chunks",
    post(`Content-Length: ${size}\r\nTransfer-Encoding: chunked\r\n`, `${hex}\r\n${ping}\r\n0\r\n\r\n`),
    400,
  ],
  [
    "a length and chunks, with a request hidden behind",
    post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${hidden}`),
    400,
  ],
  ["two lengths that differ", sized("Content-Length: 5\r\n"), 400],
  ["a list of lengths", post(`Content-Length: ${size}, 5\r\n`, ping), 400],
  ["a length with a sign", post(`Content-Length: +${size}\r\n`, ping), 400],
  ["a length below nothing", post("Content-Length: -1\r\n", ping), 400],
  ["a length in hexadecimal", post(`Content-Length: 0x${hex}\r\n`, ping), 400],
  ["a length beyond all numbers", post("Content-Length: 99999999999999999999\r\n", ping), 400],
  ["a length over the bound", post("Content-Length: 1000000000000\r\n", ping), 413],
  [
    "chunks and something behind them",
    post("Transfer-Encoding: chunked, identity\r\n", `0\r\n\r\n${hidden}`),
    400,
  ],
  ["a coding that is none", sized("Transfer-Encoding: xchunked\r\n"), 400],
  ["a coding twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"), 400],
  ["a blank before the colon", sized("Transfer-Encoding : chunked\r\n"), 400],
  ["a folded header", sized("X-A: b\r\n c\r\n"), 400],
  ["a folded coding", sized("Transfer-Encoding:\r\n chunked\r\n"), 400],
  ["a chunk whose size is no number", chunked(`zz\r\n${ping}\r\n0\r\n\r\n`), 400],
  ["a chunk below nothing", chunked(`-1\r\n${ping}\r\n0\r\n\r\n`), 400],
  ["a chunk beyond all numbers", chunked(`ffffffffffffffffff\r\n${ping}\r\n0\r\n\r\n`), 400],
  ["a chunk that goes on behind its end", chunked(`${hex}\r\n${ping}XX0\r\n\r\n`), 400],
  ["chunks without carriage returns", chunked(`${hex}\n${ping}\n0\n\n`), 400],
  ["a carriage return within a header", sized("X-A: b\rX-B: c\r\n"), 400],
  ["a line feed within a header", sized("X-A: b\nX-B: c\r\n"), 400],
  ["a zero byte within a header", sized("X-A: b\0c\r\n"), 400],
  ["a blank within a header's name", sized("X A: b\r\n"), 400],
  ["a header without a colon", sized("XA\r\n"), 400],
  [
    "a blank within the target",
    post(`Content-Length: ${size}\r\n`, ping, "/mcp x"),
    { bun: 505, others: 400 },
  ],
  [
    "a version that there is not",
    "GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n",
    { bun: 505, others: 400 },
  ],
  ["no Host", `POST /mcp HTTP/1.1\r\nContent-Length: ${size}\r\n\r\n${ping}`, 400],
  ["1 MB in one header", sized(`X-A: ${"a".repeat(megabyte)}\r\n`), 431],
  ["1 MB in many headers", sized(`X-A: ${"a".repeat(1000)}\r\n`.repeat(1040)), 431],
  ["1 MB in the target", `GET /healthz?${"a".repeat(megabyte)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
];

/** What is odd, and means one thing only. The connection goes on. */
const harmless: readonly (readonly [name: string, bytes: string, statuses: readonly number[]])[] = [
  ["a good request", sized(""), [200]],
  ["chunks, one with an extension", chunked(`${hex};a=b\r\n${ping}\r\n0\r\n\r\n`), [200]],
  // The authority in the target has no say: there is one host here, and who may call is found out in other ways.
  [
    "a target with a host of its own",
    post(`Content-Length: ${size}\r\n`, ping, "http://evil.example/mcp"),
    [200],
  ],
  // Read as one Host with a comma in it, which is none of ours.
  ["two Hosts, the second not ours", sized("Host: evil.example\r\n"), [403]],
  [
    "a GET whose body looks like a request",
    `GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
    [200],
  ],
  ["two requests at once", `${hidden}${hidden}`, [200, 200]],
];

/** The statuses that come back for these bytes until the connection is closed, or as many as are expected have come. */
function statusesOf(port: number, bytes: string, expected = Number.POSITIVE_INFINITY): Promise<number[]> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    const statuses = () => [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
    socket.on("data", (data) => {
      answer += data;
      if (statuses().length >= expected) socket.end();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(statuses()));
    socket.write(bytes);
  });
}

describe.each([...runtimes, ...builtRuntimes])("raw HTTP on %s", (runtime) => {
  let server: Serving;
  let port: number;
  beforeAll(async () => {
    server = await overHttp(runtime);
    port = Number(server.url.port);
  });
  afterAll(async () => {
    expect(server.stderr()).not.toContain('"level":"error"');
    await server[Symbol.asyncDispose]();
  });

  test.each(refused)("is refused and its connection closed: %s", async (_, bytes, status) => {
    const expected = typeof status === "number" ? status : status[runtime === "bun" ? "bun" : "others"];
    expect(await statusesOf(port, bytes)).toEqual([expected]);
    expect(await statusesOf(port, sized(""), 1)).toEqual([200]);
  });

  test.each(harmless)("means one thing: %s", async (_, bytes, statuses) => {
    expect(await statusesOf(port, bytes, statuses.length)).toEqual([...statuses]);
  });

  test("1 MB of headers, two hundred times, is not kept", async () => {
    const headers = sized(`X-A: ${"a".repeat(megabyte)}\r\n`);
    const round = async (count: number) => {
      for (let sent = 0; sent < count; sent += 1) await statusesOf(port, headers);
      return residentBytes(server.process.pid);
    };
    const before = await round(50);
    expect((await round(150)) - before).toBeLessThan(50 * megabyte);
  });
});

/** Nothing on systems that do not tell. */
function residentBytes(pid: number): Promise<number> {
  return Bun.file(`/proc/${pid}/statm`)
    .text()
    .then(
      (text) => Number(text.split(" ")[1]) * 4096,
      () => 0,
    );
}
