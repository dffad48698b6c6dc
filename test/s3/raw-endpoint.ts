import "../support/no-proxy.ts";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { ArrivedRequest } from "./s3-world.ts";

export interface RawEndpoint extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly ArrivedRequest[];
}

/** An endpoint that answers every GET alike and keeps the request line's target as it came, folded by nobody. */
export async function rawEndpoint(body = "{}"): Promise<RawEndpoint> {
  const requests: ArrivedRequest[] = [];
  const server = createServer((request, response) => {
    requests.push({ target: request.url ?? "", headers: flat(request.headers) });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function flat(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
