#!/usr/bin/env bun
import "./cli/quick-schemas.ts";
import { setMaxListeners } from "node:events";
import process from "node:process";
import { run } from "./cli/run.ts";
import { systemClock } from "./ports.ts";

const stopping = new AbortController();
// Every call under way listens, and Node takes more than ten listeners for a leak.
setMaxListeners(0, stopping.signal);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());

// A reader that has seen enough, as `head` has, is no fault of this program's.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: Error & { readonly code?: string }) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const code = await run({
  argv: process.argv.slice(2),
  env: process.env,
  terminal: process,
  clock: systemClock,
  random: Math.random,
  fetch: (input, init) => fetch(input, init),
  stop: stopping.signal,
});

// What is still in the pipe is written before the process ends, which a forgotten timer must not delay.
await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
process.exit(code);
