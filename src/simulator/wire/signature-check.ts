import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../ports.ts";
import { type Authorization, readAuthorization } from "./authorization.ts";
import { canonicalRequest, type PathEncoding } from "./canonical-request.ts";
import type { Received } from "./received.ts";

/** Keys that sign. */
export interface SimulatorCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since 1970. Absent for keys that last. */
  readonly expiresAt?: number;
}

/** What a service asks of a signature. */
export interface SignatureRules {
  /** Signing name, for example `bedrock`. */
  readonly service: string;
  /** Absent for any region. */
  readonly region?: string | undefined;
  readonly path: PathEncoding;
  /**
   * `body`: the hash of what arrived. `declared`: what `x-amz-content-sha256` says, which may be `UNSIGNED-PAYLOAD`
   * and is otherwise compared with what arrived (S3).
   */
  readonly payload: "body" | "declared";
}

export type SignatureFailureKind =
  | "missing" // no Authorization header
  | "incomplete" // a part of it or the date is missing, or has the wrong form
  | "unknown_key" // of another key id, or with another session token
  | "keys_expired"
  | "wrong_scope" // for another day, region or service
  | "expired" // signed more than five minutes ago, by our clock
  | "not_yet_valid" // signed more than five minutes ahead of our clock
  | "header_not_signed"
  | "payload_mismatch" // the body is not the one that was declared
  | "wrong_signature";

/** Why a request is not taken. Each service has names of its own for the kinds. */
export interface SignatureFailure {
  readonly kind: SignatureFailureKind;
  /** A sentence for a person. No secret in it, and no signature that would be right. */
  readonly reason: string;
}

/** Nothing where the signature is right. */
export type SignatureCheck = (request: Received, rules: SignatureRules) => SignatureFailure | undefined;

/** How far the client's clock may be off, in milliseconds: AWS's own bound for Signature Version 4. */
const maxSkewMs = 5 * 60 * 1000;

const maxSigningKeys = 100;

/** Signature Version 4 in the Authorization header, from the server's side. Knows no service. */
export function createSignatureCheck(parts: {
  /** Absent where there is no such key. */
  readonly keysOf: (accessKeyId: string) => SimulatorCredentials | undefined;
  readonly clock: Pick<Clock, "now">;
}): SignatureCheck {
  const { keysOf, clock } = parts;
  const signingKeyOf = createSigningKeys();

  return (request, rules) => {
    const { headers } = request;
    const header = headers.get("authorization");
    if (header === null) return failure("missing", "The request has no Authorization header.");
    const given = readAuthorization(header);
    if ("lacking" in given) return failure("incomplete", given.lacking);
    const stamp = headers.get("x-amz-date") ?? "";
    const signedAt = readAmzDate(stamp);
    if (signedAt === undefined) {
      return failure("incomplete", "X-Amz-Date is missing or is not like 20260102T030405Z.");
    }
    const keys = keysOf(given.accessKeyId);
    if (keys === undefined) {
      return failure("unknown_key", "There is no such access key.");
    }
    if ((headers.get("x-amz-security-token") ?? undefined) !== keys.sessionToken) {
      return failure("unknown_key", "The session token is missing, or is not that of this access key.");
    }
    if (keys.expiresAt !== undefined && keys.expiresAt <= clock.now()) {
      return failure("keys_expired", "The security token included in the request is expired");
    }
    return (
      scopeFailure(given, stamp, rules) ??
      skewFailure(signedAt, clock.now()) ??
      unsignedHeaders(headers, given.signedHeaders) ??
      wrongSignature(request, given, stamp, rules, signingKeyOf(given, keys.secretAccessKey))
    );
  };
}

function scopeFailure(
  given: Authorization,
  stamp: string,
  { service, region }: SignatureRules,
): SignatureFailure | undefined {
  const wrong = (what: string, wanted: string) =>
    failure("wrong_scope", `The credential's scope has another ${what} than ${wanted}.`);
  if (given.terminator !== "aws4_request") return wrong("ending", "aws4_request");
  if (given.date !== stamp.slice(0, 8)) return wrong("date", "X-Amz-Date");
  if (given.service !== service) return wrong("service", service);
  if (region !== undefined && given.region !== region) return wrong("region", region);
  return undefined;
}

function skewFailure(signedAt: number, now: number): SignatureFailure | undefined {
  const times = `signed for ${isoSeconds(signedAt)}, and here it is ${isoSeconds(now)}`;
  if (now - signedAt > maxSkewMs) return failure("expired", `The request has expired: ${times}.`);
  if (signedAt - now > maxSkewMs) return failure("not_yet_valid", `The request is not valid yet: ${times}.`);
  return undefined;
}

/** AWS wants the host, the content type and every header of its own under the signature. */
function unsignedHeaders(headers: Headers, signed: readonly string[]): SignatureFailure | undefined {
  const wanted = [
    "host",
    ...[...headers.keys()].filter((name) => name === "content-type" || name.startsWith("x-amz-")),
  ];
  const unsigned = wanted.filter((name) => !signed.includes(name));
  return unsigned.length === 0
    ? undefined
    : failure("header_not_signed", `These headers have to be signed: ${unsigned.join(", ")}.`);
}

function wrongSignature(
  request: Received,
  given: Authorization,
  stamp: string,
  rules: SignatureRules,
  signingKey: Uint8Array,
): SignatureFailure | undefined {
  const declared = request.headers.get("x-amz-content-sha256");
  const actual = sha256(request.body);
  if (rules.payload === "declared" && declared !== "UNSIGNED-PAYLOAD" && declared !== actual) {
    return failure("payload_mismatch", "X-Amz-Content-Sha256 is missing, or is not the body's hash.");
  }
  const payloadHash = rules.payload === "declared" ? (declared ?? actual) : actual;
  const canonical = canonicalRequest(request, given.signedHeaders, rules.path, payloadHash);
  const scope = [given.date, given.region, given.service, given.terminator].join("/");
  const toSign = ["AWS4-HMAC-SHA256", stamp, scope, sha256(canonical)].join("\n");
  const right = hmac(signingKey, toSign);
  const claimed = /^[0-9a-f]{64}$/.test(given.signature) ? Buffer.from(given.signature, "hex") : undefined;
  return claimed !== undefined && timingSafeEqual(claimed, right)
    ? undefined
    : failure("wrong_signature", "The signature is not the one that this request and the secret key give.");
}

/** Signing keys hold for a day, a region and a service; deriving one takes four hashes. */
function createSigningKeys(): (scope: Authorization, secretAccessKey: string) => Uint8Array {
  const keys = new Map<string, Uint8Array>();
  return ({ accessKeyId, date, region, service }, secretAccessKey) => {
    const name = [accessKeyId, date, region, service].join("/");
    const known = keys.get(name);
    if (known !== undefined) return known;
    const key = [date, region, service, "aws4_request"].reduce<string | Uint8Array>(
      hmac,
      `AWS4${secretAccessKey}`,
    ) as Uint8Array;
    if (keys.size >= maxSigningKeys) keys.clear();
    keys.set(name, key);
    return key;
  };
}

/** Milliseconds since 1970 of `20260102T030405Z`; nothing where the text is not like that. */
function readAmzDate(text: string): number | undefined {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const milliseconds = iso === text ? Number.NaN : Date.parse(iso);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

function isoSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+/, "");
}

function failure(kind: SignatureFailureKind, reason: string): SignatureFailure {
  return { kind, reason };
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: string | Uint8Array, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
