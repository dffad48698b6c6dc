/** A request as it arrived, before anybody has made sense of it. */
export interface Received {
  readonly method: string;
  /** As the request line had it: still percent-encoded, `//` still `//`. */
  readonly path: string;
  /** Without its `?`, still percent-encoded; empty where there is none. */
  readonly query: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Takes a whole request in, in chunks or at once; stops as soon as its body is over `maxBytes`. */
export async function receive(request: Request, maxBytes: number): Promise<Received | "too_large"> {
  const { headers, method } = request;
  if (Number(headers.get("content-length") ?? 0) > maxBytes) return "too_large";
  const body = await bodyOf(request, maxBytes);
  if (body === undefined) return "too_large";
  const { pathname, search } = new URL(request.url);
  return { method, path: pathname, query: search.slice(1), headers, body };
}

async function bodyOf(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const reader = request.body?.getReader(); reader !== undefined; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(value);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}
