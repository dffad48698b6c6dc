// Status and results of jobs whose id says how many segments they have (`n-40`), or `huge` for a file of 200 MiB.
// Every answer takes as many milliseconds as are given.
import { fields, jobOf, type Objects, page } from "../results/kit.ts";

const latencyMs = Number(process.argv[2] ?? 0);
const hugeBytes = 200 * 1024 * 1024;
const values = Object.fromEntries(
  Array.from({ length: 12 }, (_, index) => [`Field ${index}`, `value ${index}`]),
);

const jobs = new Map<string, Objects>();

function objectsOf(job: string): Objects {
  const known = jobs.get(job);
  if (known !== undefined) return known;
  const count = job === "huge" ? 1 : Number(job.slice(2));
  const segments = Array.from({ length: count }, (_, index) => ({
    status: "MATCH",
    standard: page(index, "Some words of a page. ".repeat(80)),
    custom: fields(values, { confidence: 0.9 }),
  }));
  // The kit's paths are those of one job of the tests: here they are this job's.
  const text = JSON.stringify(jobOf(segments)).replaceAll(
    /s3:\/\/[^/]+\/claims\/\/[^/]+\//g,
    `s3://bench-bucket/${job}/`,
  );
  const objects: Objects = JSON.parse(text);
  jobs.set(job, objects);
  return objects;
}

function huge(): Response {
  const chunk = new Uint8Array(256 * 1024).fill(0x78);
  let sent = 0;
  return new Response(
    new ReadableStream({
      pull(controller) {
        controller.enqueue(sent === 0 ? new TextEncoder().encode('{"a":"') : chunk);
        sent += chunk.byteLength;
        if (sent > hugeBytes) controller.close();
      },
    }),
  );
}

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 0,
  async fetch(request) {
    await Bun.sleep(latencyMs);
    if (request.method === "POST") {
      const { invocationArn } = (await request.json()) as { invocationArn: string };
      const s3Uri = `s3://bench-bucket/${invocationArn.split("/")[1]}/job_metadata.json`;
      return Response.json({ status: "Success", outputConfiguration: { s3Uri } });
    }
    const [, , job = "", ...rest] = new URL(request.url).pathname.split("/");
    const name = rest.join("/");
    if (job === "huge" && name.includes("standard_output")) return huge();
    const stored = objectsOf(job)[name];
    return stored === undefined ? new Response("", { status: 404 }) : Response.json(stored);
  },
});
console.log(`http://127.0.0.1:${server.port}`);
