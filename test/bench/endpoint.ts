// Stands in for the service, in a process of its own: answers every request as GetDataAutomationStatus would, after so
// many milliseconds.
const latencyMs = Number(process.argv[2] ?? 0);
const answer = JSON.stringify({ status: "InProgress", jobSubmissionTime: "2026-03-05T14:42:14.123Z" });
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 0,
  async fetch(request) {
    await request.arrayBuffer();
    if (latencyMs > 0) await Bun.sleep(latencyMs);
    return new Response(answer, {
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-requestid": "00000000-0000-4000-8000-000000000000",
      },
    });
  },
});
console.log(`http://127.0.0.1:${server.port}`);
