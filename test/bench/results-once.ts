// Reads the overview of one job a few times and prints milliseconds, text and peak memory. A process of its own, so
// that its memory is its own.

import { readInvocationArn } from "../../src/aws/arn.ts";
import { CallError } from "../../src/aws/call-error.ts";
import { onlyCaller } from "../../src/caller.ts";
import { compose } from "../../src/cli/compose-process.ts";
import { silentLog, systemClock } from "../../src/ports.ts";
import { testKeys } from "../support/server-process.ts";
import { median } from "./measure.ts";
import { peakMemory } from "./peak-memory.ts";

const [, , url = "", job = "", rounds = "1"] = process.argv;
const reading = readInvocationArn(`arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${job}`);
if (!reading.ok) throw new CallError("configuration", "not an ARN");
const { catalogue } = compose(
  { profile: undefined, attemptTimeout: 60, callTimeout: 60, maxAttempts: 1, maxCallsPerSecond: 1000 },
  {
    env: {
      ...testKeys,
      AWS_ENDPOINT_URL: url,
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    },
    clock: systemClock,
    random: Math.random,
    fetch: (input, init) => fetch(input, init),
    log: silentLog,
  },
);
const tool = catalogue.tools.find(({ name }) => name === "read_data_automation_results");
if (tool === undefined) throw new Error("the tool is not there");
const input = tool.inputSchema.parse({ invocationArn: reading.arn.text });
const context = { signal: new AbortController().signal, caller: onlyCaller, reportProgress: () => {} };
const times: number[] = [];
let text = "";
for (let round = 0; round < Number(rounds); round += 1) {
  const begun = performance.now();
  ({ text } = await tool.call(input, context));
  times.push(performance.now() - begun);
}
console.log(JSON.stringify({ milliseconds: median(times), text, memory: peakMemory(process.pid) }));
