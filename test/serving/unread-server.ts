// A server with little patience, to be run on each runtime, whose clients may leave its answers unread. Prints its port.
import process from "node:process";
import { Hono } from "hono";
import type { HttpEnv } from "../../src/serving/http-env.ts";
import { listen } from "../../src/serving/listen.ts";
import { loadGuard } from "../../src/serving/load-guard.ts";
import { LoadLimiter } from "../../src/serving/load-limiter.ts";

/** More than the system takes off a program's hands for one connection on loopback. */
const chunk = new Uint8Array(1024 * 1024).fill(0x20);
const chunks = 8;

const load = new LoadLimiter();
const app = new Hono<HttpEnv>();
app.get("/state", (c) => c.json({ ...load.stats, memory: process.memoryUsage().rss / 1024 ** 2 }));
app.use("/answer/*", loadGuard(load));
app.use("/answer/*", (c, next) => {
  c.get("place")?.become(c.req.path === "/answer/events" ? "wait" : "call");
  return next();
});
app.get("/answer/small", (c) => c.text("small"));
app.get("/answer/large", (c) => c.body(" ".repeat(chunks * chunk.length)));
// As a stream of events is: much, and then a comment now and then, for as long as somebody is there.
app.get("/answer/events", (c) => {
  let comments: NodeJS.Timeout;
  const body = new ReadableStream({
    start(controller) {
      for (let sent = 0; sent < chunks; sent += 1) controller.enqueue(chunk);
      comments = setInterval(() => controller.enqueue(new TextEncoder().encode(":\n\n")), 200);
    },
    cancel: () => clearInterval(comments),
  });
  return c.body(body, { headers: { "content-type": "text/event-stream" } });
});

const patience = { headers: 5, request: 5, idle: 1 };
const server = await listen(app.fetch, { hostname: "127.0.0.1", port: 0, patience });
console.log(server.port);
