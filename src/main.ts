#!/usr/bin/env bun
import { setMaxListeners } from "node:events";
import process from "node:process";
import { exitCodes } from "./cli/command.ts";
import { divertForeignWords } from "./cli/foreign-words.ts";
import { ProcessOutput } from "./cli/process-output.ts";
import { run } from "./cli/run.ts";
import { systemClock } from "./ports.ts";
import { loopbackUnproxied } from "./serving/loopback-unproxied.ts";

const stopping = new AbortController();
// Every call under way listens, and Node takes more than ten listeners for a leak.
setMaxListeners(0, stopping.signal);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());

const output = new ProcessOutput(process);
const code = await run({
  argv: process.argv.slice(2),
  env: process.env,
  terminal: process,
  clock: systemClock,
  random: Math.random,
  fetch: loopbackUnproxied((input, init) => fetch(input, init)),
  stop: stopping.signal,
  onLog: divertForeignWords,
}).catch((thrown: unknown) => {
  output.thrown(thrown);
  return exitCodes.callFailed;
});

// A forgotten timer must not delay the end.
process.exit(await output.end(code));
