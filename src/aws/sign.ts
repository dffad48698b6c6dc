import { userAgent } from "../product.ts";
import type { Credentials } from "./credentials.ts";
import { Signer } from "./signer.ts";

/** A request as far as its signature goes. */
export interface RequestToSign {
  readonly method: "GET" | "POST";
  /** Never changed once a request was signed with it, as `headers`. */
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
  const { body, method, url } = request;
  const signer = signerOf(request, credentials);
  const authorization = await signer.authorize(body);
  const headers = { ...signer.signedWith, authorization, "user-agent": userAgent };
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  return { url, init, signature: authorization.slice(-64) };
}

/** The latest signer of each set of credentials, and a request that it signed. */
const latest = new WeakMap<Credentials, { readonly request: RequestToSign; readonly signer: Signer }>();

/**
 * `X-Amz-Date` has whole seconds: what one client asks of one place within a second differs in its body alone. All of
 * it has the same signer, as making one costs more than what it does.
 */
function signerOf(request: RequestToSign, credentials: Credentials): Signer {
  const known = latest.get(credentials);
  if (known !== undefined && differInBodyAlone(known.request, request)) return known.signer;
  const { headers, method, region, service, signedAt, url } = request;
  const { accessKeyId, secretAccessKey, sessionToken, signingKeys: cache } = credentials;
  const signer = new Signer({
    method,
    url: url.href,
    headers,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service,
    region,
    cache,
    datetime: amzDate(signedAt),
    allHeaders: true,
  });
  latest.set(credentials, { request, signer });
  return signer;
}

function differInBodyAlone(one: RequestToSign, other: RequestToSign): boolean {
  return (
    one.url === other.url &&
    one.headers === other.headers &&
    Math.trunc(one.signedAt / 1000) === Math.trunc(other.signedAt / 1000) &&
    one.method === other.method &&
    one.region === other.region &&
    one.service === other.service
  );
}

/** `20260305T144214Z`, as `X-Amz-Date` wants it. */
function amzDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[:-]|\.\d{3}/g, "");
}
