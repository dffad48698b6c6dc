import type { AddressInfo } from "node:net";

/** An HTTP server that has begun to listen. */
export interface Listening {
  /** As a client on this machine writes it, for example `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly port: number;
  /** Takes no new connection; resolves once every open request has its answer. */
  answered(): Promise<void>;
  /** Takes no new connection and closes the open ones; after `answered` on Deno, leaves these to the process's end. */
  close(): Promise<void>;
}

/** Where to listen. */
export interface ListenOptions {
  readonly hostname: string;
  /** 0 for any that is free. */
  readonly port: number;
}

export type Handler = (request: Request) => Response | Promise<Response>;

/** One thing that Deno has to allow; `host` is a name with a port. */
export type DenoPermission =
  | { readonly name: "env"; readonly variable: string }
  | { readonly name: "net"; readonly host: string };

type PermissionState = "granted" | "denied" | "prompt" | "granted-partial";

/** What of Deno's API is used; its types are not installed where Bun's are. */
interface DenoServing {
  serve(
    options: { hostname: string; port: number; onListen: () => void; signal: AbortSignal },
    handler: Handler,
  ): { addr: { port: number }; finished: Promise<void>; shutdown(): Promise<void> };
  permissions: {
    query(permission: { name: string }): Promise<{ state: PermissionState }>;
    querySync(permission: DenoPermission): { state: PermissionState };
  };
}

const runtime = globalThis as { readonly Deno?: DenoServing; readonly Bun?: typeof Bun };

/**
 * Listens with the runtime's own HTTP server. The only place that knows which runtime this is.
 * @throws Error with `code` EADDRINUSE or the like, in every runtime
 */
export async function listen(handler: Handler, { hostname, port }: ListenOptions): Promise<Listening> {
  const { Bun, Deno } = runtime;
  if (Bun !== undefined) return listenOnBun(Bun, handler, hostname, port);
  if (Deno !== undefined) return listenOnDeno(Deno, handler, hostname, port);
  return listenOnNode(handler, hostname, port);
}

function listenOnBun(bun: typeof Bun, handler: Handler, hostname: string, port: number): Listening {
  // Bun closes a connection that is silent for 10 s, and a long call is silent.
  const server = bun.serve({ hostname, port, fetch: handler, idleTimeout: 0 });
  const bound = server.port ?? port;
  return {
    url: urlOf(hostname, bound),
    port: bound,
    answered: () => server.stop(false),
    close: () => server.stop(true),
  };
}

function listenOnDeno(deno: DenoServing, handler: Handler, hostname: string, port: number): Listening {
  keepNoticeOffStderr();
  const stopping = new AbortController();
  const server = deno.serve({ hostname, port, onListen: () => {}, signal: stopping.signal }, handler);
  let shutDown = false;
  return {
    url: urlOf(hostname, server.addr.port),
    port: server.addr.port,
    answered: () => {
      shutDown = true;
      return server.shutdown();
    },
    close: async () => {
      // Deno throws at an abort that comes after a shutdown.
      if (shutDown) return;
      stopping.abort();
      await server.finished;
    },
  };
}

/**
 * Deno 2.9 tells whoever looks at `request.signal`, once and on stderr, that it aborts after a good answer too; a
 * person who asked about a job can do nothing with that, and here an abort after the answer stops nothing.
 */
function keepNoticeOffStderr(): void {
  const { warn } = console;
  console.warn = (...words: unknown[]) => {
    if (!String(words[0]).startsWith("Deno.serve: request.signal aborts")) warn(...words);
  };
}

async function listenOnNode(handler: Handler, hostname: string, port: number): Promise<Listening> {
  const { createAdaptorServer } = await import("@hono/node-server");
  const server = createAdaptorServer({
    hostname,
    fetch(request, { incoming, outgoing }) {
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

/** The first of these Deno permissions that has not been granted, as its flag. Nothing on other runtimes. */
export async function missingDenoPermission(
  names: readonly ("env" | "read" | "net" | "sys" | "run")[],
): Promise<string | undefined> {
  const { Deno } = runtime;
  if (Deno === undefined) return undefined;
  for (const name of names) {
    const { state } = await Deno.permissions.query({ name });
    if (state === "prompt" || state === "denied") return `--allow-${name}`;
  }
  return undefined;
}
