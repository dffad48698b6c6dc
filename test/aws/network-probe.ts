// Run as a child on each runtime: asks an endpoint once and prints what became of it.
import { readInvocationArn } from "../../src/aws/arn.ts";
import { CallError } from "../../src/aws/call-error.ts";
import { createRuntimeClient } from "../../src/aws/runtime-client.ts";
import { silentLog, systemClock } from "../../src/ports.ts";

const reading = readInvocationArn("arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/x");
if (!reading.ok) throw new Error("not an ARN");
const keys = { accessKeyId: "AKIA", secretAccessKey: "s", source: "test", signingKeys: new Map() };
const client = createRuntimeClient({
  fetch: (input, init) => fetch(input, init),
  clock: systemClock,
  random: () => 0,
  log: silentLog,
  credentials: { get: async () => keys, refused() {} },
  maxAttempts: 3,
  attemptTimeoutMs: 5000,
  totalTimeoutMs: 10_000,
  endpoint: { useFips: false, useDualStack: false, endpointUrl: process.argv[2] ?? "" },
});
try {
  console.log(JSON.stringify(await client.getDataAutomationStatus(reading.arn)));
} catch (thrown) {
  if (!(thrown instanceof CallError)) throw thrown;
  console.log(JSON.stringify({ code: thrown.code, message: thrown.message, ...thrown.facts }));
}
