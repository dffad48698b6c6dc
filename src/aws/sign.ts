import { userAgent } from "../product.ts";
import type { Credentials } from "./credentials.ts";
import { Signer } from "./signer.ts";

/** A request as far as its signature goes. */
export interface RequestToSign {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The service's signing name, for example `bedrock`: not always what the host name suggests. */
  readonly service: string;
  readonly region: string;
  /** Milliseconds since 1970, by AWS's clock as far as it is known. */
  readonly signedAt: number;
}

/** What to hand to `fetch`. */
export interface SignedRequest {
  readonly url: URL;
  readonly init: RequestInit;
  /** Good for five minutes: whoever has it and the request can make the same call. */
  readonly signature: string;
}

/** Signature Version 4, in headers. All headers are signed except `User-Agent`, which AWS's own signer leaves out too. */
export async function sign(request: RequestToSign, credentials: Credentials): Promise<SignedRequest> {
  const signer = new Signer({
    method: request.method,
    url: request.url.href,
    headers: request.headers,
    ...(request.body === undefined ? {} : { body: request.body }),
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey,
    ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken }),
    service: request.service,
    region: request.region,
    cache: credentials.signingKeys,
    datetime: amzDate(request.signedAt),
    allHeaders: true,
  });
  const { method, url, headers, body } = await signer.sign();
  headers.set("user-agent", userAgent);
  const init = { method, headers, ...(body == null ? {} : { body }) };
  return { url, init, signature: signer.lastSignature };
}

/** `20260305T144214Z`, as `X-Amz-Date` wants it. */
function amzDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[:-]|\.\d{3}/g, "");
}
