import { waitToolName } from "../tools/wait-for-data-automation-job.ts";
import { wantsProgress } from "./wants-progress.ts";

/** Methods that are answered when a job ends, or never. */
const methods: ReadonlySet<unknown> = new Set(["tasks/result", "subscriptions/listen"]);

/**
 * Whether the answer to a message comes only when a job has ended: then it is no call among calls, but a wait. `modern`
 * is whether it is for revision 2026-07-28, in which no client says whether it wants a task.
 */
export function standsOpen(message: unknown, { modern }: { readonly modern: boolean }): boolean {
  // The SDKs check the message as a whole; this only looks for a few things in whatever came.
  const { method, params } = (message ?? {}) as {
    method?: unknown;
    params?: { name?: unknown; task?: unknown } | null;
  };
  if (method !== "tools/call") return methods.has(method);
  // A task is answered at once.
  const asTask = !modern && typeof params?.task === "object" && params.task !== null;
  return params?.name === waitToolName && !asTask;
}

/**
 * Whether a message is answered over HTTP by a stream of events: its client wants to hear how far it is, or the answer
 * is long in coming, and what stands between ends a connection on which nothing comes.
 */
export function isStreamed(message: unknown, era: { readonly modern: boolean }): boolean {
  return wantsProgress(message) || standsOpen(message, era);
}
