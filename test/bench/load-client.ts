// Calls a server so many times a second, whether or not it answers, and prints what became of the calls; for a rate of
// 0 it calls as often as answers come, with so many calls under way that the server is never without work. By raw
// sockets, open before the clock runs: what is measured is the server, not how connections are made.
import { connect, type Socket } from "node:net";
import { statusCall } from "./status-call.ts";

const [, , urlText = "", rateText = "", secondsText = "", prefix = ""] = process.argv;
const [rate, seconds] = [Number(rateText), Number(secondsText)];
const url = new URL(urlText);
const connections = 1024;
const underWay = 200;

const taken: number[] = [];
const refused: number[] = [];
let lost = 0;

/** One request at a time, over and over. */
class Connection {
  /** Whether the server has closed it, or has said that it will. */
  closed = false;
  readonly #socket: Socket;
  #answer = "";
  #done: (answer: string) => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (data) => {
      this.#answer += data;
      const length = /\r\ncontent-length: (\d+)\r\n/i.exec(this.#answer)?.[1];
      const body = this.#answer.indexOf("\r\n\r\n");
      if (length === undefined || body < 0 || this.#answer.length < body + 4 + Number(length)) return;
      if (/\r\nconnection: close\r\n/i.test(this.#answer)) this.closed = true;
      this.#done(this.#answer);
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.closed = true;
      this.#done("");
    });
  }

  ask(bytes: string): Promise<string> {
    this.#answer = "";
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#socket.write(bytes);
    });
  }
}

function opened(): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname);
    socket.once("error", reject);
    socket.once("connect", () => resolve(new Connection(socket)));
  });
}

const free = await Promise.all(Array.from({ length: connections }, opened));
const waiting: ((connection: Connection) => void)[] = [];

async function call(id: number, dueAt: number): Promise<void> {
  const next = free.pop() ?? (await new Promise<Connection>((resolve) => waiting.push(resolve)));
  const connection = next.closed ? await opened() : next;
  const { body, headers } = statusCall(id, `${prefix}_${id}`);
  const lines = Object.entries({ host: url.host, ...headers, "content-length": body.length });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const answer = await connection.ask(`POST ${url.pathname} HTTP/1.1\r\n${head}\r\n${body}`);
  // From when it was due: a call that had to wait for a connection has waited, too.
  const took = performance.now() - dueAt;
  if (answer.startsWith("HTTP/1.1 200 ") && answer.includes("InProgress")) taken.push(took);
  else if (answer.startsWith("HTTP/1.1 503 ") && /\r\nretry-after: \d/i.test(answer)) refused.push(took);
  else lost += 1;
  const first = waiting.shift();
  if (first === undefined) free.push(connection);
  else first(connection);
}

const startedAt = performance.now();
const calls: Promise<void>[] = [];
const inTurn = async () => {
  while (performance.now() - startedAt < seconds * 1000) {
    const next = call(calls.length, performance.now());
    calls.push(next);
    await next;
  }
};
if (rate === 0) await Promise.all(Array.from({ length: underWay }, inTurn));
while (calls.length < rate * seconds) {
  const due = Math.min(rate * seconds, ((performance.now() - startedAt) * rate) / 1000);
  while (calls.length < due) calls.push(call(calls.length, startedAt + (calls.length * 1000) / rate));
  await Bun.sleep(1);
}
await Promise.all(calls);

function p99(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length * 0.99)] ?? 0;
}
console.log(
  JSON.stringify({
    sent: calls.length,
    taken: taken.length,
    refused: refused.length,
    lost,
    p99: p99(taken),
    p99OfRefusals: p99(refused),
  }),
);
process.exit(0);
