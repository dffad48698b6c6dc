import type { Face } from "./face.ts";
import { findObject } from "./results/bucket-contents.ts";
import type { S3Error, Stored } from "./results/stored.ts";
import { readAuthorization } from "./wire/authorization.ts";
import { xmlElements } from "./wire/aws-xml.ts";
import type { Received } from "./wire/received.ts";
import type { SignatureCheck, SignatureFailureKind } from "./wire/signature-check.ts";
import type { Stamp } from "./wire/stamp.ts";

/** Amazon S3, of which GetObject is simulated, with the bucket in the path. */
export function createS3Face({ checkSignature }: { readonly checkSignature: SignatureCheck }): Face {
  return async (request, stamp) => {
    const refused = checkSignature(request, { service: "s3", path: "once", payload: "declared" });
    if (refused !== undefined) return errorAnswer(signatureError(refused.kind, refused.reason), stamp);
    const place = readPath(request.path);
    if (place === undefined) return errorAnswer(notUnderstood, stamp);
    const finding = findObject(place.bucket, place.key, signedRegion(request));
    switch (finding.kind) {
      case "error":
        return errorAnswer(finding.error, stamp);
      case "elsewhere":
        return errorAnswer(
          permanentRedirect,
          stamp,
          {
            Bucket: finding.bucket.name,
            Endpoint: `${finding.bucket.name}.s3.${finding.bucket.region}.amazonaws.com`,
          },
          { "x-amz-bucket-region": finding.bucket.region },
        );
      case "found":
        return objectAnswer(finding.stored, stamp);
    }
  };
}

/** `/bucket/key`, the key exactly as it was before it was escaped. */
function readPath(path: string): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket = "", key = ""] = /^\/([^/]+)\/(.+)$/s.exec(path) ?? [];
  try {
    return key === "" ? undefined : { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
  } catch {
    return undefined;
  }
}

function signedRegion({ headers }: Received): string {
  const given = readAuthorization(headers.get("authorization") ?? "");
  return "lacking" in given ? "" : given.region;
}

function objectAnswer(stored: Stored, stamp: Stamp): Response {
  switch (stored.kind) {
    case "refused":
      return errorAnswer(stored.error, stamp);
    case "huge":
      return hugeAnswer(stored.bytes, stamp);
    case "json":
      return new Response(JSON.stringify(stored.value), { headers: headersOf(stamp, "application/json") });
    case "text":
      return new Response(stored.text, { headers: headersOf(stamp, "application/json") });
  }
}

const chunkBytes = 256 * 1024;

/** A JSON document that is never whole in memory: one long text in it. */
function hugeAnswer(bytes: number, stamp: Stamp): Response {
  const [head, tail] = ['{"document":{"representation":{"markdown":"', '"}}}'].map((text) =>
    new TextEncoder().encode(text),
  );
  const filler = new Uint8Array(chunkBytes).fill("k".charCodeAt(0));
  let left = bytes;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(head ?? filler),
    pull(controller) {
      if (left > 0) controller.enqueue(filler.subarray(0, Math.min(left, chunkBytes)));
      else {
        controller.enqueue(tail ?? filler);
        controller.close();
      }
      left -= chunkBytes;
    },
  });
  return new Response(body, { headers: headersOf(stamp, "application/json") });
}

function errorAnswer(
  { code, httpStatus, message }: S3Error,
  stamp: Stamp,
  more: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Response {
  const fields = xmlElements({ Code: code, Message: message, ...more, RequestId: stamp.requestId });
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>\n<Error>${fields}</Error>`, {
    status: httpStatus,
    headers: { ...headersOf(stamp, "application/xml"), ...headers },
  });
}

function headersOf({ requestId, date }: Stamp, type: string): Record<string, string> {
  return { "content-type": type, "x-amz-request-id": requestId, date };
}

const notUnderstood: S3Error = {
  code: "MethodNotAllowed",
  httpStatus: 405,
  message: "Only objects are simulated, with the bucket in the path.",
};

const permanentRedirect: S3Error = {
  code: "PermanentRedirect",
  httpStatus: 301,
  message: "The bucket you are attempting to access must be addressed using the specified endpoint.",
};

function signatureError(kind: SignatureFailureKind, message: string): S3Error {
  return { ...signatureErrors[kind], message };
}

const mismatch = { code: "SignatureDoesNotMatch", httpStatus: 403 };

/** S3's own names for what is wrong with a signature [S3 API reference, "Error responses"]. */
const signatureErrors: Readonly<Record<SignatureFailureKind, Omit<S3Error, "message">>> = {
  missing: { code: "AccessDenied", httpStatus: 403 },
  incomplete: { code: "AuthorizationHeaderMalformed", httpStatus: 400 },
  unknown_key: { code: "InvalidAccessKeyId", httpStatus: 403 },
  keys_expired: { code: "ExpiredToken", httpStatus: 400 },
  expired: { code: "RequestTimeTooSkewed", httpStatus: 403 },
  not_yet_valid: { code: "RequestTimeTooSkewed", httpStatus: 403 },
  wrong_scope: { code: "AuthorizationHeaderMalformed", httpStatus: 400 },
  header_not_signed: { code: "AccessDenied", httpStatus: 403 },
  payload_mismatch: { code: "XAmzContentSHA256Mismatch", httpStatus: 400 },
  wrong_signature: mismatch,
};
