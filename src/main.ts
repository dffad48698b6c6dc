#!/usr/bin/env bun
import { setMaxListeners } from "node:events";
import process from "node:process";
import { divertForeignWords } from "./cli/foreign-words.ts";
import { run } from "./cli/run.ts";
import { systemClock } from "./ports.ts";
import { loopbackUnproxied } from "./serving/loopback-unproxied.ts";

const stopping = new AbortController();
// Every call under way listens, and Node takes more than ten listeners for a leak.
setMaxListeners(0, stopping.signal);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());

// A reader that has seen enough, as `head` has, is no fault of this program's.
const hungUp = new Set<object>();
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: Error & { readonly code?: string }) => {
    if (error.code !== "EPIPE") throw error;
    hungUp.add(stream);
  });
}

const code = await run({
  argv: process.argv.slice(2),
  env: process.env,
  terminal: process,
  clock: systemClock,
  random: Math.random,
  fetch: loopbackUnproxied((input, init) => fetch(input, init)),
  stop: stopping.signal,
  onLog: divertForeignWords,
});

// What a slow reader has not taken yet is written before the process ends, which a forgotten timer must not delay. On
// Bun only `end` waits for it: an empty write is done before those that came earlier.
for (const stream of [process.stdout, process.stderr]) {
  await new Promise<void>((resolve) => {
    if (hungUp.has(stream)) return resolve();
    stream.once("error", () => resolve());
    stream.end(() => resolve());
  });
}
process.exit(code);
