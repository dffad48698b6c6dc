import type { AddressInfo } from "node:net";

/** An HTTP server that has begun to listen. */
export interface Listening {
  /** As a client on this machine writes it, for example `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly port: number;
  /** Takes no new connection; resolves once every open request has its answer. */
  answered(): Promise<void>;
  /** Takes no new connection and closes the open ones. */
  close(): Promise<void>;
}

/** Where to listen. */
export interface ListenOptions {
  readonly hostname: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** For tests; else as long as a good client may need. */
  readonly patience?: Patience;
}

/** Seconds that a connection may stand open while nothing is worked on for it. */
export interface Patience {
  /** From its beginning to the end of a request's headers, on Deno and Node. Bun has 12 of its own (1.4). */
  readonly headers: number;
  /** From the first byte of a request to its last, on Deno and Node. Bun has none: the body's reader has to. */
  readonly request: number;
  /** After an answer, until the next request; on Bun to the end of its headers. And while nothing of an answer is read. */
  readonly idle: number;
}

/** A proxy keeps connections for 60 s where nothing else is set (nginx, AWS's load balancers): it has to end them. */
const defaultPatience: Patience = { headers: 15, request: 30, idle: 75 };

export type Handler = (request: Request) => Response | Promise<Response>;

/** One thing that Deno has to allow; `host` is a name with a port. */
export type DenoPermission =
  | { readonly name: "env"; readonly variable: string }
  | { readonly name: "net"; readonly host: string };

type PermissionState = "granted" | "denied" | "prompt" | "granted-partial";

/** What of Deno's API is used; its types are not installed where Bun's are. */
interface DenoPermissions {
  permissions: {
    querySync(permission: DenoPermission): { state: PermissionState };
    request(permission: DenoPermission): Promise<{ state: PermissionState }>;
  };
  createHttpClient(options: {
    readonly proxy: { readonly transport: "tcp"; readonly hostname: string; readonly port: number };
  }): object;
}

/** What of Bun's API is used; its types are not there where Deno's are. */
interface BunServing {
  readonly version: string;
  serve(options: {
    readonly hostname: string;
    readonly port: number;
    readonly idleTimeout: number;
    fetch(request: Request): Promise<Response>;
  }): {
    readonly port: number | undefined;
    timeout(request: Request, seconds: number): void;
    stop(closeActiveConnections: boolean): Promise<void>;
  };
}

const runtime = globalThis as { readonly Deno?: DenoPermissions; readonly Bun?: BunServing };

/**
 * Listens with Bun's own HTTP server, or by `node:http` on Deno and Node: `Deno.serve` waits for ever for a request's
 * headers and for the next request (2.9). The only place that knows which runtime this is.
 * @throws Error with `code` EADDRINUSE or the like, in every runtime
 */
export async function listen(
  handler: Handler,
  { hostname, patience = defaultPatience, port }: ListenOptions,
): Promise<Listening> {
  const { Bun, Deno } = runtime;
  if (Bun !== undefined) return listenOnBun(Bun, handler, hostname, port, patience);
  if (Deno !== undefined) await askToListen(Deno, hostname, port);
  return listenOnNode(handler, hostname, port, patience);
}

function listenOnBun(
  bun: BunServing,
  handler: Handler,
  hostname: string,
  port: number,
  { idle }: Patience,
): Listening {
  const server = bun.serve({
    hostname,
    port,
    // A long call is silent. Each request begins with this again, whatever the one before has set.
    idleTimeout: 0,
    async fetch(request) {
      const response = await handler(request);
      server.timeout(request, idle);
      return response;
    },
  });
  const bound = server.port ?? port;
  return {
    url: urlOf(hostname, bound),
    port: bound,
    answered: () => server.stop(false),
    close: () => server.stop(true),
  };
}

/** What `node:http` throws for want of a permission nobody can catch: thrown here, in the words of Deno's own. */
async function askToListen({ permissions }: DenoPermissions, hostname: string, port: number): Promise<void> {
  const host = `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  const { state } = await permissions.request({ name: "net", host });
  if (state === "granted") return;
  const refusal = new Error(`Requires net access to "${host}", run again with the --allow-net flag`);
  refusal.name = "NotCapable";
  throw refusal;
}

async function listenOnNode(
  handler: Handler,
  hostname: string,
  port: number,
  { headers, idle, request: whole }: Patience,
): Promise<Listening> {
  const { createAdaptorServer } = await import("@hono/node-server");
  const server = createAdaptorServer({
    hostname,
    serverOptions: {
      headersTimeout: headers * 1_000,
      requestTimeout: whole * 1_000,
      keepAliveTimeout: idle * 1_000,
      connectionsCheckingInterval: Math.min(5_000, headers * 500),
    },
    fetch(request, { incoming, outgoing }) {
      // What nobody reads would stand here for ever. An answer that is only long in coming has nothing to send yet.
      outgoing.setTimeout(idle * 1_000, () => {
        const { socket } = incoming;
        if (socket.writableLength > 0) socket.destroy();
      });
      // A refusal can leave part of the body unread, behind which the connection's next request would wait for ever:
      // the adapter reads it off, but its own reader, which nobody reads from any more, stops the flow.
      outgoing.once("finish", () => {
        if (!incoming.readableEnded) incoming.removeAllListeners("data").resume();
      });
      return handler(request);
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  const answered = () => {
    closed ??= new Promise((resolve) => server.close(() => resolve()));
    if ("closeIdleConnections" in server) server.closeIdleConnections();
    return closed;
  };
  return {
    url: urlOf(hostname, bound),
    port: bound,
    answered,
    close: () => {
      const end = answered();
      if ("closeAllConnections" in server) server.closeAllConnections();
      return end;
    },
  };
}

function urlOf(hostname: string, port: number): string {
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/** The runtime's name and version, for a person. */
export function runtimeName(): string {
  if (runtime.Bun !== undefined) return `Bun ${runtime.Bun.version}`;
  if (runtime.Deno !== undefined) return `Deno ${process.versions.deno ?? ""}`.trim();
  return `Node ${process.versions.node}`;
}

/** Whether Deno lets this be done without asking the person at the terminal first. Always, on other runtimes. */
export function denoAllows(permission: DenoPermission): boolean {
  return runtime.Deno === undefined || runtime.Deno.permissions.querySync(permission).state === "granted";
}

/**
 * Options of Deno's `fetch` that bring a request straight to this host and port, whatever proxy the environment names,
 * which Deno reads without a permission. Nothing on other runtimes.
 * @throws Error `NotCapable`
 */
export function denoStraightTo(hostname: string, port: number): object | undefined {
  const client = runtime.Deno?.createHttpClient({ proxy: { transport: "tcp", hostname, port } });
  return client && { client };
}
