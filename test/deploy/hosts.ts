import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import wrangler from "../../src/deploy/wrangler.json" with { type: "json" };
import { built } from "../support/built.ts";
import { node22, peersFolder } from "../support/peers.ts";
import { cleanEnv, executables, root } from "../support/runtimes.ts";

/** A place that calls our `fetch` with each request. */
export interface Host extends AsyncDisposable {
  /** Where MCP is served. */
  readonly url: URL;
  /** What the server has logged, once this stands in it. */
  readonly logWith: (words: string) => Promise<string>;
}

export type Settings = Readonly<Record<string, string>>;

/** Cloudflare's own runtime, with the Worker that is published. */
export function onWorkerd(settings: Settings): Promise<Host> {
  const worker = `${built()}/deploy/workers.js`;
  const options = {
    compatibilityDate: wrangler.compatibility_date,
    compatibilityFlags: wrangler.compatibility_flags,
    bindings: { ...settings, NOT_A_TEXT: { a: 1 } },
  };
  const script = `${root}test/deploy/worker-host.mjs`;
  return started([node22(), script, worker, `${peersFolder}package.json`, JSON.stringify(options)], {});
}

/** `deno serve`, which Deno Deploy runs. */
export function onDenoServe(settings: Settings, script = `${root}src/deploy/deno.ts`): Promise<Host> {
  const flags = ["-A", "--no-prompt", "--host", "127.0.0.1", "--port", "0"];
  return started([executables.deno, "serve", ...flags, script], settings);
}

async function started(command: string[], env: Settings): Promise<Host> {
  const child = Bun.spawn(command, {
    cwd: root,
    env: cleanEnv(env),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  let log = "";
  let more = Promise.withResolvers<void>();
  const origin = await new Promise<string>((resolve, reject) => {
    const read = async (stream: ReadableStream<Uint8Array>) => {
      for await (const chunk of stream) {
        log += new TextDecoder().decode(chunk);
        more.resolve();
        more = Promise.withResolvers();
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(log);
        if (found !== null) resolve(found[0]);
      }
    };
    void Promise.all([read(child.stdout), read(child.stderr)]).then(() =>
      reject(new Error(`the host ended: ${log}`)),
    );
  });
  return {
    url: new URL("/mcp", origin),
    async logWith(words) {
      while (!log.includes(words)) await more.promise;
      return log;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      // After SIGTERM it would wait for every timer.
      if (command[0] === executables.deno) child.kill("SIGKILL");
      await child.exited;
    },
  };
}

export interface ConnectedClient extends AsyncDisposable {
  readonly client: Client;
}

/** The SDK's own client, which shows this token. */
export async function connect(url: URL, token: string): Promise<ConnectedClient> {
  const client = new Client({ name: "test", version: "1" });
  const transport = new StreamableHTTPClientTransport(url, {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  // The SDK's own types disagree under exactOptionalPropertyTypes.
  await client.connect(transport as unknown as Parameters<Client["connect"]>[0]);
  return { client, [Symbol.asyncDispose]: () => client.close() };
}
