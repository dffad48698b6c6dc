import process from "node:process";
import type { Log } from "../ports.ts";

const methods = ["debug", "error", "info", "log", "trace", "warn"] as const;

/**
 * Keeps libraries and the runtime from writing lines of their own to the process's streams: stdout belongs to the
 * protocol, stderr to the log. That they spoke goes into the log, what they said does not: it may hold what a server
 * sent.
 */
export function divertForeignWords(log: Log): void {
  for (const method of methods) {
    console[method] = () => log.debug("a library wrote to the console; its words are left out", { method });
  }
  // Node's own listener writes them.
  process.removeAllListeners("warning");
  process.on("warning", ({ name }) => log.debug("a warning was given; its words are left out", { name }));
}
