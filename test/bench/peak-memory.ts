import { readFileSync } from "node:fs";

/**
 * Peak resident memory of a process that still runs, in bytes; NaN where the system does not tell. What a process's
 * resource usage says after its end is not it: on Linux that figure starts from its parent's.
 */
export function peakMemory(pid: number): number {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kibibytes === undefined ? Number.NaN : Number(kibibytes) * 1024;
  } catch {
    return Number.NaN;
  }
}
