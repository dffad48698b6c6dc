import type { Received } from "./received.ts";

/** How a service writes the path that is signed: S3 escapes each segment once, every other service twice. */
export type PathEncoding = "once" | "twice";

/**
 * The text whose hash is signed.
 * Source: AWS IAM User Guide, "Create a signed AWS API request", step 1.
 */
export function canonicalRequest(
  { method, path, query, headers }: Received,
  signedHeaders: readonly string[],
  pathEncoding: PathEncoding,
  payloadHash: string,
): string {
  return [
    method,
    canonicalPath(path, pathEncoding),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${(headers.get(name) ?? "").trim().replace(/ +/g, " ")}`),
    "",
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

function canonicalPath(path: string, encoding: PathEncoding): string {
  if (encoding === "once") return path.split("/").map(reescape).join("/");
  const parts = path.split("/").filter((part) => part !== "");
  const end = parts.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${parts.map(escapeUri).join("/")}${end}`;
}

function canonicalQuery(query: string): string {
  if (query === "") return "";
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      return at < 0 ? [reescape(pair), ""] : [reescape(pair.slice(0, at)), reescape(pair.slice(at + 1))];
    })
    .sort(([a = "", x = ""], [b = "", y = ""]) => compare(a, b) || compare(x, y))
    .map((pair) => pair.join("="))
    .join("&");
}

/** By code unit, whatever the language of the machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Escapes every byte but RFC 3986's unreserved ones. */
function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The one right escape of what a client may have escaped in a way of its own. */
function reescape(escaped: string): string {
  try {
    return escapeUri(decodeURIComponent(escaped));
  } catch {
    // Bytes that are no UTF-8: what was signed can only be what was sent.
    return escaped;
  }
}
