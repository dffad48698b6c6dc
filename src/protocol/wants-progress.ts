/** Whether the client asked to be told how far the call is: over HTTP it is then answered by a stream of events. */
export function wantsProgress(message: unknown): boolean {
  // The SDKs check the message as a whole; this only looks for one thing in whatever came.
  const token = (message as { params?: { _meta?: { progressToken?: unknown } } } | null)?.params?._meta
    ?.progressToken;
  return typeof token === "string" || typeof token === "number";
}
