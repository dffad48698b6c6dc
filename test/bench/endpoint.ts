// A process of its own that answers every request as the service would, after as many milliseconds as it is told.
const delayMs = Number(process.argv[2] ?? 0);
const answer = JSON.stringify({ status: "InProgress", jobSubmissionTime: "2026-03-05T14:42:14.123Z" });
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 0,
  async fetch(request) {
    await request.arrayBuffer();
    if (delayMs > 0) await Bun.sleep(delayMs);
    return new Response(answer, { headers: { "content-type": "application/x-amz-json-1.1" } });
  },
});
console.log(`http://127.0.0.1:${server.port}`);
