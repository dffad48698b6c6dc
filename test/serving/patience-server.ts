// A server with little patience, to be run on each runtime. Prints its port.
import { listen } from "../../src/serving/listen.ts";

const server = await listen(
  async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/long") await new Promise((resolve) => setTimeout(resolve, 9_000));
    return new Response(`answer to ${pathname}`);
  },
  { hostname: "127.0.0.1", port: 0, patience: { headers: 1, request: 2, idle: 1 } },
);
console.log(server.port);
