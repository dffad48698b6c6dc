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

/** What listens, but for the name that it was asked for by. */
export type Bound = Omit<Listening, "url">;

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
  if (Deno !== undefined) await askToListen(Deno, hostname, port);
  const bound =
    Bun === undefined
      ? await (await import("./listen-on-node.ts")).listenOnNode(handler, hostname, port, patience)
      : listenOnBun(Bun, handler, hostname, port, patience);
  return { ...bound, url: `http://${hostOf(hostname, bound.port)}` };
}

function listenOnBun(
  bun: BunServing,
  handler: Handler,
  hostname: string,
  port: number,
  { idle }: Patience,
): Bound {
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
  return {
    port: server.port ?? port,
    answered: () => server.stop(false),
    close: () => server.stop(true),
  };
}

/** What `node:http` throws for want of a permission nobody can catch: thrown here, in the words of Deno's own. */
async function askToListen({ permissions }: DenoPermissions, hostname: string, port: number): Promise<void> {
  const host = hostOf(hostname, port);
  const { state } = await permissions.request({ name: "net", host });
  if (state === "granted") return;
  const refusal = new Error(`Requires net access to "${host}", run again with the --allow-net flag`);
  refusal.name = "NotCapable";
  throw refusal;
}

function hostOf(hostname: string, port: number): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
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
