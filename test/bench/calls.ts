import {
  BedrockDataAutomationRuntimeClient,
  GetDataAutomationStatusCommand,
} from "@aws-sdk/client-bedrock-data-automation-runtime";
import { readInvocationArn } from "../../src/aws/arn.ts";
import { createRuntimeClient } from "../../src/aws/runtime-client.ts";
import { sign } from "../../src/aws/sign.ts";
import { silentLog, systemClock } from "../../src/ports.ts";
import { defaultCredentials } from "../../src/simulator/settings.ts";
import { cleanEnv, commandOf, type Runtime, root } from "../support/runtimes.ts";
import { atLeast, atMost, type Figure, inTurn, timeEach } from "./measure.ts";
import { statusCall } from "./status-call.ts";

/** A script of this folder as a process of its own; `url` is the line that it prints. */
export async function helperProcess(script: string, ...args: string[]) {
  const file = `${root}test/bench/${script}`;
  const child = Bun.spawn(commandOf("bun", file, args), {
    env: cleanEnv(),
    stdout: "pipe",
    stderr: "inherit",
  });
  for await (const chunk of child.stdout) {
    return { url: new TextDecoder().decode(chunk).trim(), [Symbol.asyncDispose]: async () => child.kill() };
  }
  throw new Error(`${script} printed nothing`);
}

const invocationArn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/sim-running";
const credentials = defaultCredentials;
/** Keys that the endpoint takes. */
export const env = {
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
};

/** A request that the endpoint takes for five minutes, signed beforehand: what is left is the fetch alone. */
async function signedRequest(endpoint: string): Promise<RequestInit> {
  const { init } = await sign(
    {
      method: "POST",
      url: new URL(endpoint),
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "AmazonBedrockKeystoneRuntimeService.GetDataAutomationStatus",
      },
      body: JSON.stringify({ invocationArn }),
      service: "bedrock",
      region: "us-east-1",
      signedAt: Date.now(),
    },
    { ...credentials, source: "bench", signingKeys: new Map() },
  );
  return { ...init, headers: Object.fromEntries(new Headers(init.headers)) };
}

/** One status call against a bare `fetch` and against AWS's SDK client, to the same endpoint. */
export async function benchCall(rounds: number): Promise<Figure[]> {
  await using endpoint = await helperProcess("endpoint.ts");
  const reading = readInvocationArn(invocationArn);
  if (!reading.ok) throw new Error("not an ARN");
  const keys = { ...credentials, source: "bench", signingKeys: new Map() };
  const client = createRuntimeClient({
    fetch,
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    credentials: { get: async () => keys, refused() {} },
    maxAttempts: 3,
    attemptTimeoutMs: 10_000,
    totalTimeoutMs: 30_000,
    endpoint: { useFips: false, useDualStack: false, endpointUrl: endpoint.url },
  });
  const sdk = new BedrockDataAutomationRuntimeClient({
    region: "us-east-1",
    endpoint: endpoint.url,
    credentials,
  });
  const bare = await signedRequest(endpoint.url);
  const times = await inTurn(rounds, {
    bare: () => timeEach(300, async () => (await fetch(endpoint.url, bare)).json()),
    ours: () => timeEach(300, () => client.getDataAutomationStatus(reading.arn)),
    sdk: () => timeEach(300, () => sdk.send(new GetDataAutomationStatusCommand({ invocationArn }))),
  });
  const of = (other: number, name: string) =>
    `${times.ours.toFixed(3)} ms against ${other.toFixed(3)} ms of ${name}`;
  return [
    atMost("status call to bare fetch", times.ours / times.bare, 1.7, of(times.bare, "a bare fetch")),
    atMost("status call to AWS SDK client", times.ours / times.sdk, 0.5, of(times.sdk, "AWS's SDK client")),
  ];
}

/** The server over HTTP with its usual log, which nobody reads: reading it would cost the one who measures. */
export async function quietServer(env: Readonly<Record<string, string>>, runtime: Runtime = "bun") {
  const reserved = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const port = String(reserved.port);
  await reserved.stop(true);
  const args = ["http", "--port", port, "--max-calls-per-second", "100000"];
  const child = Bun.spawn(commandOf(runtime, `${root}src/main.ts`, args), {
    env: cleanEnv(env),
    stderr: "ignore",
  });
  const origin = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${origin}/healthz`).catch(() => undefined))?.ok) await Bun.sleep(20);
  return { url: `${origin}/mcp`, process: child, [Symbol.asyncDispose]: async () => child.kill() };
}

/** `tools/call` per second over HTTP against a bare Hono route that makes a bare `fetch` to the same endpoint. */
export async function benchHttp(rounds: number): Promise<Figure[]> {
  await using endpoint = await helperProcess("endpoint.ts");
  await using bare = await helperProcess(
    "bare-route.ts",
    endpoint.url,
    JSON.stringify(await signedRequest(endpoint.url)),
  );
  await using ours = await quietServer({ ...env, AWS_ENDPOINT_URL: endpoint.url });
  for (const { url } of [bare, ours]) await warm(url);
  const rates = await inTurn(rounds, { bare: () => rate(bare.url), ours: () => rate(ours.url) });
  return [
    atLeast(
      "tools/call rate over HTTP to a bare route",
      rates.ours / rates.bare,
      0.4,
      `${rates.ours.toFixed(0)} a second against ${rates.bare.toFixed(0)} a second`,
    ),
  ];
}

let rounds = 0;

/** Calls of one round. */
export const total = 5000;

type TokenOf = (call: number) => string;

/** Calls until the runtime has compiled what is called most, which takes it some twenty thousand. */
export async function warm(url: string, tokenOf?: TokenOf): Promise<void> {
  for (let calls = 0; calls < 20_000; calls += total) await rate(url, tokenOf);
}

/** Calls a second with 16 under way; each call shows a token, where there are any. */
export async function rate(url: string, tokenOf?: TokenOf): Promise<number> {
  let next = 0;
  rounds += 1;
  const startedAt = performance.now();
  const worker = async () => {
    while (next < total) {
      next += 1;
      const answer = await fetch(url, statusCall(next, `${rounds}_${next}`, tokenOf?.(next)));
      if (!(await answer.text()).includes("InProgress")) throw new Error("a call was lost");
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return (1000 * total) / (performance.now() - startedAt);
}
