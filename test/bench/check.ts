import { defaultCredentials } from "../../src/simulator/settings.ts";
import { type Connected, overStdio } from "../support/server-process.ts";
import { atMost, type Figure, inTurn } from "./measure.ts";
import { simulatedArn, simulatorProcess } from "./simulated.ts";

const latencyMs = 50;

/** `check_data_automation_jobs` over stdio with fifty jobs to one job, none of which was asked about before. */
export async function benchCheck(rounds: number): Promise<Figure[]> {
  await using simulator = await simulatorProcess({ latencyMs });
  const env = {
    AWS_ENDPOINT_URL: simulator.url,
    AWS_ACCESS_KEY_ID: defaultCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: defaultCredentials.secretAccessKey,
  };
  await using raised = await overStdio("bun", ["--max-calls-per-second", "1000"], env);
  const times = await inTurn(rounds, { one: () => check(raised, 1), fifty: () => check(raised, 50) });
  await using usual = await overStdio("bun", [], env);
  const usually = await check(usual, 50);
  return [
    atMost(
      "50 jobs in one check to one job",
      times.fifty / times.one,
      3,
      `${times.fifty.toFixed(0)} ms against ${times.one.toFixed(0)} ms, answers after ${latencyMs} ms, 1,000 calls a second allowed`,
    ),
    {
      name: "50 jobs in one check, seconds",
      ratio: usually / 1_000,
      of: "with 10 calls a second, as it is where nothing is set",
    },
  ];
}

let asked = 0;

/** Milliseconds that a check of so many jobs takes. */
async function check({ client }: Connected, jobs: number): Promise<number> {
  const invocationArns = Array.from({ length: jobs }, () => simulatedArn(`sim-running-${++asked}`).text);
  const startedAt = performance.now();
  const { structuredContent } = await client.callTool({
    name: "check_data_automation_jobs",
    arguments: { invocationArns },
  });
  const took = performance.now() - startedAt;
  const { counts } = structuredContent as { counts: { running?: number } };
  if (counts.running !== jobs) throw new Error(`not all were answered: ${JSON.stringify(counts)}`);
  return took;
}
