/** The revision from which on every request says which it is of, and nothing is agreed on beforehand. */
export const modernRevision = "2026-07-28";

/** MCP's keys in `_meta`, under which every request of that revision says what used to be agreed on. */
const protocolVersionKey = "io.modelcontextprotocol/protocolVersion";
export const clientCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether a message that came over HTTP is for revision 2026-07-28 or a later one, going by its own claim and by the
 * `MCP-Protocol-Version` header: the SDK's `isLegacyRequest`, turned round, without loading that SDK first.
 */
export function isModernRequest(message: unknown, versionHeader: string | undefined): boolean {
  const headerIsModern = versionHeader !== undefined && versionHeader.trim() >= modernRevision;
  if (!isFields(message) || typeof message.method !== "string") return false;
  if (message.method === "initialize" && "id" in message) return headerIsModern || claimsModern(message);
  return headerIsModern || claimedRevision(message) !== undefined;
}

/** Whether one pipe's message is for that revision; and whether the pipe keeps to what it is for from then on. */
export function eraOnPipe(message: unknown): { readonly modern: boolean; readonly settles: boolean } {
  if (!isFields(message) || typeof message.method !== "string") return { modern: false, settles: false };
  const { id, method } = message;
  const good = claimsModern(message);
  if (method === "initialize" && !good) return { modern: false, settles: true };
  // A client may look with `server/discover` what there is, and then shake hands in the old way.
  return {
    modern: claimedRevision(message) !== undefined,
    settles: good && id !== undefined && method !== "server/discover",
  };
}

/** What a message says under MCP's key for its revision, whatever that is. Absent where it says nothing. */
export function claimedRevision(message: unknown): unknown {
  return metaOf(message)?.[protocolVersionKey];
}

function claimsModern(message: Fields): boolean {
  const revision = claimedRevision(message);
  return (
    typeof revision === "string" &&
    revision >= modernRevision &&
    isFields(metaOf(message)?.[clientCapabilitiesKey])
  );
}

function metaOf(message: unknown): Fields | undefined {
  const params = isFields(message) ? message.params : undefined;
  const meta = isFields(params) ? params._meta : undefined;
  return isFields(meta) ? meta : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
