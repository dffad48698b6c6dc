import { countTokens } from "gpt-tokenizer";
import { sampleJob, threeSegments } from "../results/fixtures.ts";
import { ask, good } from "../results/kit.ts";
import { cleanEnv, commandOf, root } from "../support/runtimes.ts";
import { helperProcess } from "./calls.ts";
import { atMost, type Figure } from "./measure.ts";

const latencyMs = 30;
const capBytes = 32 * 1024 * 1024;

interface Once {
  readonly milliseconds: number;
  readonly text: string;
  /** Peak resident memory in bytes. */
  readonly memory: number;
}

async function overviewOf(url: string, job: string, rounds = 1): Promise<Once> {
  const child = Bun.spawn(commandOf("bun", `${root}test/bench/results-once.ts`, [url, job, String(rounds)]), {
    env: cleanEnv(),
    stdout: "pipe",
    stderr: "inherit",
  });
  const once = JSON.parse(await new Response(child.stdout).text()) as Once;
  await child.exited;
  return once;
}

/** What an overview takes: time for many segments, memory for a large file, tokens for a model. */
export async function benchResults(rounds: number): Promise<Figure[]> {
  await using slow = await helperProcess("results-endpoint.ts", String(latencyMs));
  const one = await overviewOf(slow.url, "n-1", rounds);
  const forty = await overviewOf(slow.url, "n-40", rounds);
  await using quick = await helperProcess("results-endpoint.ts", "0");
  const small = await overviewOf(quick.url, "n-1");
  const large = await overviewOf(quick.url, "huge");
  if (!large.text.includes("larger than")) throw new Error(`the large file was read: ${large.text}`);
  const mebibytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);
  const grown = large.memory - small.memory;
  const overview = countTokens(good(await ask({ objects: threeSegments })).text);
  const segments = await Promise.all(
    [0, 1, 2].map(async (segment) => good(await ask({ objects: threeSegments }, { segment })).text),
  );
  const image = good(await ask({ objects: sampleJob("image") }, { segment: 0 })).text;
  return [
    atMost(
      "overview of 40 segments to one",
      forty.milliseconds / one.milliseconds,
      6,
      `${forty.milliseconds.toFixed(0)} ms against ${one.milliseconds.toFixed(0)} ms, answers after ${latencyMs} ms`,
    ),
    atMost(
      "memory for a file of 200 MiB to the cap",
      grown / capBytes,
      2,
      `${mebibytes(large.memory)} MiB against ${mebibytes(small.memory)} MiB at the most, cap 32 MiB`,
    ),
    atMost("tokens, overview of the largest sample", overview, 900, "three segments of a document"),
    atMost(
      "tokens, one segment",
      Math.max(...[...segments, image].map((text) => countTokens(text))),
      400,
      "the longest of the samples",
    ),
  ];
}
