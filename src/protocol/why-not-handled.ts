/** How the SDKs' own words on a message that they drop begin, and ours for it. Theirs go on with the message itself. */
const reasons: readonly (readonly [begins: string, reason: string])[] = [
  ["Received a response for an unknown message ID", "an answer to nothing that was asked"],
  ["Received a progress notification for an unknown token", "progress of nothing that was asked"],
  ["Unknown message type", "neither a request nor a notification nor an answer"],
  ["Uncaught error in notification handler", "a notification that is not of its form"],
  ["Era mismatch on inbound", "a message of another revision than the connection's"],
  ["Dropped inbound request", "a request that the connection's revision does not have"],
  ["Rejected 2025-era request", "a request of a revision before 2026-07-28"],
  ["Failed to encode result", "its answer could not be written"],
  ["Failed to send", "its answer could not be sent"],
];

/** Why an SDK dropped a message, for the log: nothing of the message is in it, which could hold anything. */
export function whyNotHandled({ message, name }: Error): string {
  return reasons.find(([begins]) => message.startsWith(begins))?.[1] ?? name;
}
