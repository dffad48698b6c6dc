/** What an `Authorization` header of Signature Version 4 says. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Always `aws4_request`, where the client is right. */
  readonly terminator: string;
  /** Lower case and sorted, as they have to be. */
  readonly signedHeaders: readonly string[];
  /** As given: nobody has checked that it is 64 hex digits. */
  readonly signature: string;
}

const algorithm = "AWS4-HMAC-SHA256";

/** Takes the header apart, or says in a sentence what it lacks. */
export function readAuthorization(header: string): Authorization | { readonly lacking: string } {
  const [scheme, rest = ""] = splitOnce(header.trim(), " ");
  if (scheme !== algorithm) return { lacking: `Only the algorithm ${algorithm} is understood.` };
  const parameters = new Map(rest.split(",").map((part) => splitOnce(part.trim(), "=")));
  const absent = ["Credential", "SignedHeaders", "Signature"].filter((name) => !parameters.get(name));
  if (absent.length > 0) return { lacking: `The Authorization header lacks ${absent.join(", ")}.` };
  const scope = parameters.get("Credential")?.split("/") ?? [];
  const [accessKeyId, date, region, service, terminator] = scope;
  if (
    scope.length !== 5 ||
    accessKeyId === undefined ||
    date === undefined ||
    region === undefined ||
    service === undefined ||
    terminator === undefined
  ) {
    return { lacking: "Credential has to be <key id>/<date>/<region>/<service>/aws4_request." };
  }
  const signedHeaders = (parameters.get("SignedHeaders") ?? "").split(";");
  if (signedHeaders.join(";") !== signedHeaders.toSorted().join(";").toLowerCase()) {
    return { lacking: "SignedHeaders has to be in lower case and sorted." };
  }
  return {
    accessKeyId,
    date,
    region,
    service,
    terminator,
    signedHeaders,
    signature: parameters.get("Signature") ?? "",
  };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
