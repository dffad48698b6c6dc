import { waitToolName } from "../tools/wait-for-data-automation-job.ts";

/** Methods that are answered when a job ends, or never. */
const methods: ReadonlySet<unknown> = new Set(["tasks/result", "subscriptions/listen"]);

/** Whether the answer to a message comes only when a job has ended: then it is no call among calls, but a wait. */
export function standsOpen(message: unknown): boolean {
  // The SDKs check the message as a whole; this only looks for a few things in whatever came.
  const { method, params } = (message ?? {}) as {
    method?: unknown;
    params?: { name?: unknown; task?: unknown } | null;
  };
  if (method !== "tools/call") return methods.has(method);
  // As a task it is answered at once.
  return params?.name === waitToolName && params.task === undefined;
}
