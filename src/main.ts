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

const broken = new Set<object>();
/** Why stdout or stderr took no more. A reader that has seen enough, as `head` has, is no fault of this program's. */
let fault: string | undefined;
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", ({ code, name }: Error & { readonly code?: string }) => {
    if (code !== "EPIPE" && !broken.has(stream)) fault ??= code ?? name;
    broken.add(stream);
  });
}

/** Deno throws where it is written. */
const unwritten: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EIO"]);

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
  if (!(thrown instanceof Error && "code" in thrown && unwritten.has(thrown.code))) throw thrown;
  fault ??= String(thrown.code);
  broken.add(process.stdout);
  return 1;
});

// What a slow reader has not taken yet is written before the process ends, which a forgotten timer must not delay. On
// Bun only `end` waits for it: an empty write is done before those that came earlier.
function written(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    if (broken.has(stream)) return resolve();
    stream.once("error", () => resolve());
    stream.end(() => resolve());
  });
}

await written(process.stdout);
if (fault !== undefined && !broken.has(process.stderr))
  process.stderr.write(`The output could not be written: ${fault}.\n`);
await written(process.stderr);
process.exit(fault === undefined ? code : 1);
