// What HTTP costs at the least: a Hono route that makes a bare fetch to the endpoint.
import { Hono } from "hono";

const [, , endpoint = "", request = "{}"] = process.argv;
const init: RequestInit = JSON.parse(request);
const app = new Hono().post("/mcp", async (c) => {
  await c.req.json();
  const answer = await fetch(endpoint, init);
  return c.json(await answer.json());
});
const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: app.fetch, idleTimeout: 0 });
console.log(`http://127.0.0.1:${server.port}/mcp`);
