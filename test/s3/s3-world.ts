import { SignatureV4 } from "@smithy/signature-v4";
import type { CredentialSource } from "../../src/aws/credentials.ts";
import type { ServiceClientParts } from "../../src/aws/runtime-client.ts";
import { createS3Client, type ResultStore } from "../../src/aws/s3-client.ts";
import { type Clock, silentLog, systemClock } from "../../src/ports.ts";
import { Sha256 } from "../support/sha256.ts";

export const keys = {
  accessKeyId: "S3RVER",
  secretAccessKey: "S3RVER",
  sessionToken: "session/token+of=test",
};

export const place = { partition: "aws", region: "us-east-1" };

function keyring(): CredentialSource {
  const one = { ...keys, source: "test", signingKeys: new Map<string, ArrayBuffer>() };
  return { get: async () => one, refused() {} };
}

/** What a client is made from that has an endpoint on loopback. */
export function partsAt(endpointUrl: string): ServiceClientParts {
  return {
    fetch: (input, init) => fetch(input, init),
    clock: systemClock,
    random: () => 0,
    log: silentLog,
    credentials: keyring(),
    maxAttempts: 3,
    attemptTimeoutMs: 10_000,
    totalTimeoutMs: 30_000,
    endpoint: { useFips: false, useDualStack: false, endpointUrl },
  };
}

/** Our client against an endpoint on loopback. */
export function storeAt(endpointUrl: string, clock: Clock = systemClock): ResultStore {
  return createS3Client({ ...partsAt(endpointUrl), clock });
}

export function xmlError(
  code: string,
  status: number,
  more: {
    readonly message?: string;
    readonly inside?: string;
    readonly headers?: Record<string, string>;
  } = {},
): Response {
  const message = more.message ?? `words of ${code}`;
  return new Response(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${more.inside ?? ""}<RequestId>REQ1</RequestId></Error>`,
    {
      status,
      headers: { "content-type": "application/xml", "x-amz-request-id": "REQ1", ...more.headers },
    },
  );
}

export interface ArrivedRequest {
  /** As it stood in the request line. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What AWS's own signer puts into `Authorization` for a GET that arrived: the same path, headers and date. */
export async function authorizationByAws(
  { target, headers }: ArrivedRequest,
  region: string,
): Promise<string> {
  const { host = "", authorization = "", ...rest } = headers;
  const signed = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(";") ?? [];
  const [path = "", query] = target.split("?");
  const date = headers["x-amz-date"] ?? "";
  const again = await new SignatureV4({
    service: "s3",
    region,
    credentials: keys,
    sha256: Sha256,
    uriEscapePath: false,
  }).sign(
    {
      method: "GET",
      protocol: "http:",
      hostname: host.split(":")[0] ?? "",
      path,
      query: query === undefined ? {} : Object.fromEntries(new URLSearchParams(query)),
      headers: {
        host,
        ...Object.fromEntries(Object.entries(rest).filter(([name]) => signed.includes(name))),
      },
    },
    {
      signingDate: new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z")),
    },
  );
  return again.headers.authorization ?? "";
}
