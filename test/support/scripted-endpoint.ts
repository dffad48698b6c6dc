import "./no-proxy.ts";
/** What arrived, as it arrived. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

export type Script = (request: SeenRequest, index: number) => Response | Promise<Response>;

export interface ScriptedEndpoint extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Resolves when that many requests have arrived. */
  arrived(count: number): Promise<void>;
  /** Resolves when a client has hung up before it had its answer. */
  readonly hungUp: Promise<void>;
  /** Resolves when that many have. */
  hangUps(count: number): Promise<void>;
}

/** A real HTTP endpoint on loopback that answers by a script. */
export function scriptedEndpoint(script: Script): ScriptedEndpoint {
  const requests: SeenRequest[] = [];
  const arrivals = new Counter();
  const hangUps = new Counter();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      request.signal.addEventListener("abort", () => hangUps.add());
      const seen: SeenRequest = {
        method: request.method,
        path: new URL(request.url).pathname,
        headers: request.headers,
        body: await request.text(),
      };
      requests.push(seen);
      arrivals.add();
      return script(seen, requests.length - 1);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    requests,
    arrived: (count) => arrivals.reached(count),
    hungUp: hangUps.reached(1),
    hangUps: (count) => hangUps.reached(count),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

class Counter {
  #count = 0;
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  add(): void {
    this.#count += 1;
    for (const { count, resolve } of this.#waiting) if (this.#count >= count) resolve();
  }

  reached(count: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#count >= count) resolve();
      else this.#waiting.push({ count, resolve });
    });
  }
}

/** A good answer of GetDataAutomationStatus, or whatever fields are given. */
export function jobAnswer(fields: Readonly<Record<string, unknown>> = { status: "InProgress" }): Response {
  return Response.json(fields, {
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "req-ok" },
  });
}

/** An error as the service words it. */
export function awsError(
  name: string,
  message: string,
  options: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Response {
  return Response.json(
    { __type: `com.amazonaws.bedrock#${name}`, message },
    {
      status: options.status ?? 400,
      headers: { "x-amzn-requestid": "req-1", ...options.headers },
    },
  );
}
