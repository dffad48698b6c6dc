import { readFileSync } from "node:fs";
import { cleanEnv, commandOf, type Runtime, root, runtimes } from "../support/runtimes.ts";
import { env, helperProcess, quietServer } from "./calls.ts";
import { atLeast, atMost, type Figure } from "./measure.ts";
import { statusCall } from "./status-call.ts";

const latencyMs = 50;
const secondsOfLoad = 5;

/** What a server does when more is asked of it than it can do, and when it is told to stop. */
export async function benchLoad(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const runtime of runtimes)
    figures.push(await overload(runtime), await memory(runtime), await drain(runtime));
  return figures;
}

/** Calls at half and at twice the rate that it keeps up with; the service takes its time over each. */
async function overload(runtime: Runtime): Promise<Figure> {
  await using endpoint = await helperProcess("endpoint.ts", String(latencyMs));
  await using server = await quietServer({ ...env, AWS_ENDPOINT_URL: endpoint.url }, runtime);
  await load(server.url, 0, "warm");
  const sustainable = (await load(server.url, 0, "full")).taken / secondsOfLoad;
  const half = await load(server.url, sustainable / 2, "half");
  const twice = await load(server.url, sustainable * 2, "twice");
  const lost = half.lost + twice.lost;
  if (lost > 0) throw new Error(`${lost} calls had no answer, or a wrong one`);
  if (half.refused > 0) throw new Error(`${half.refused} calls were refused at half the load`);
  return atMost(
    `p99 at twice the sustainable load to half, ${runtime}`,
    twice.p99 / half.p99,
    5,
    `${twice.p99.toFixed(0)} ms against ${half.p99.toFixed(0)} ms, sustainable ${sustainable.toFixed(0)} a second, answers after ${latencyMs} ms; at twice ${twice.taken} taken, ${twice.refused} refused (p99 ${twice.p99OfRefusals.toFixed(0)} ms), none lost`,
  );
}

interface Outcome {
  readonly sent: number;
  readonly taken: number;
  readonly refused: number;
  readonly lost: number;
  readonly p99: number;
  readonly p99OfRefusals: number;
}

async function load(url: string, rate: number, name: string): Promise<Outcome> {
  const words = [url, String(rate), String(secondsOfLoad), name];
  const child = Bun.spawn(commandOf("bun", `${root}test/bench/load-client.ts`, words), {
    env: cleanEnv(),
    stdout: "pipe",
    stderr: "inherit",
  });
  return JSON.parse(await new Response(child.stdout).text());
}

/** Calls a second with so many under way at any time. */
async function callInTurn(
  url: string,
  total: number,
  workers: number,
  name: string,
  tokens: readonly string[] = [],
): Promise<number> {
  let next = 0;
  const startedAt = performance.now();
  const worker = async () => {
    while (next < total) {
      const id = next++;
      const answer = await fetch(url, statusCall(id, `${name}_${id}`, tokens[id % tokens.length]));
      if (!(await answer.text()).includes("InProgress")) throw new Error(`a call was lost: ${answer.status}`);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return (1000 * total) / (performance.now() - startedAt);
}

/** What 10,000 calls by 100 callers leave behind. Before them the runtimes let their heaps grow to their size. */
async function memory(runtime: Runtime): Promise<Figure> {
  const callers = Array.from({ length: 100 }, (_, index) => `caller-${index}`);
  const tokens = callers.map((name) => `a-token-of-${name}`);
  await using endpoint = await helperProcess("endpoint.ts");
  await using server = await quietServer(
    {
      ...env,
      AWS_ENDPOINT_URL: endpoint.url,
      BDA_MCP_AUTH_TOKEN: callers.map((name, index) => `${name}=${tokens[index]}`).join(),
    },
    runtime,
  );
  await callInTurn(server.url, 30_000, 32, "before", tokens);
  const before = residentMiB(server.process.pid);
  await callInTurn(server.url, 10_000, 32, "after", tokens);
  const after = residentMiB(server.process.pid);
  return atMost(
    `MiB that 10,000 calls by 100 callers add, ${runtime}`,
    after - before,
    20,
    `${before.toFixed(0)} MiB after the first 30,000, ${after.toFixed(0)} MiB after 10,000 more`,
  );
}

/** Resident memory now; NaN where the system does not tell. */
function residentMiB(pid: number): number {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kibibytes) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** How many of the calls in flight are answered when the server is told to stop. */
async function drain(runtime: Runtime): Promise<Figure> {
  const inFlight = 200;
  await using endpoint = await helperProcess("endpoint.ts", "1000");
  await using server = await quietServer({ ...env, AWS_ENDPOINT_URL: endpoint.url }, runtime);
  const calls = Array.from({ length: inFlight }, async (_, id) => {
    const answer = await fetch(server.url, statusCall(id, `drain_${id}`));
    return (await answer.text()).includes("InProgress");
  });
  await Bun.sleep(500);
  server.process.kill("SIGTERM");
  const answered = (await Promise.allSettled(calls)).filter(
    (call) => call.status === "fulfilled" && call.value,
  ).length;
  await server.process.exited;
  return atLeast(
    `calls in flight at a stop that are answered, ${runtime}`,
    answered / inFlight,
    1,
    `${answered} of ${inFlight}, answers after 1,000 ms, SIGTERM after 500 ms, exit code ${server.process.exitCode}`,
  );
}
