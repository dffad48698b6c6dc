// A process of its own that answers for a thousand jobs, of which one after the other ends within as many seconds
// as it is told, each a tenth as failed. It writes down nothing: the answers say when each job ended.
const seconds = Number(process.argv[2] ?? 60);
const jobs = 1_000;
const startedAt = Date.now();
const iso = (at: number) => new Date(at).toISOString();
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 0,
  async fetch(request) {
    const { invocationArn } = (await request.json()) as { readonly invocationArn: string };
    const index = Number(/\d+$/.exec(invocationArn)?.[0] ?? 0);
    const endsAt = startedAt + (index / jobs) * seconds * 1_000;
    const ended = Date.now() >= endsAt;
    const end = { status: index % 10 === 0 ? "ClientError" : "Success", jobCompletionTime: iso(endsAt) };
    const answer = { jobSubmissionTime: iso(startedAt), ...(ended ? end : { status: "InProgress" }) };
    return Response.json(answer, { headers: { "content-type": "application/x-amz-json-1.1" } });
  },
});
console.log(`http://127.0.0.1:${server.port}`);
