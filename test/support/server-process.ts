import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { mainOf } from "./built.ts";
import { type AnyRuntime, cleanEnv, commandOf, root } from "./runtimes.ts";

/** Keys that open nothing. */
export const testKeys = {
  AWS_ACCESS_KEY_ID: "AKIATESTKEY000000001",
  AWS_SECRET_ACCESS_KEY: "test-secret-access-key",
} as const;

export interface Connected extends AsyncDisposable {
  readonly client: Client;
  /** What the server has written to stderr so far. */
  readonly stderr: () => string;
}

/** How a client of either SDK starts the executable. */
export function stdioTarget(
  runtime: AnyRuntime,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
) {
  const [command = "", ...words] = commandOf(runtime, mainOf(runtime), args);
  return { command, args: words, env: cleanEnv(env), stderr: "pipe" as const, cwd: root };
}

/** The executable over stdio, as a host starts it, with a real client connected. */
export async function overStdio(
  runtime: AnyRuntime,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = testKeys,
): Promise<Connected> {
  const transport = new StdioClientTransport(stdioTarget(runtime, args, env));
  let stderr = "";
  transport.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  return { client, stderr: () => stderr, [Symbol.asyncDispose]: () => client.close() };
}

export interface Serving extends AsyncDisposable {
  /** Where MCP is served. */
  readonly url: URL;
  readonly process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly stderr: () => string;
  connect(): Promise<Client>;
}

/** The executable over HTTP, on a port that it chose. */
export async function overHttp(
  runtime: AnyRuntime,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = testKeys,
  script = mainOf(runtime),
): Promise<Serving> {
  const child = Bun.spawn(commandOf(runtime, script, ["http", "--port", "0", ...args]), {
    cwd: root,
    env: cleanEnv(env),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let stderr = "";
  const url = await new Promise<URL>((resolve, reject) => {
    const read = async () => {
      for await (const chunk of child.stderr) {
        stderr += new TextDecoder().decode(chunk);
        const found = /"url":"([^"]+)"|url=(\S+)/.exec(stderr);
        if (found !== null) resolve(new URL(found[1] ?? found[2] ?? ""));
      }
      reject(new Error(`the server ended: ${stderr}`));
    };
    void read();
  });
  const clients: Client[] = [];
  return {
    url,
    process: child,
    stderr: () => stderr,
    async connect() {
      const client = new Client({ name: "test", version: "1" });
      // The SDK's own types disagree under exactOptionalPropertyTypes.
      await client.connect(
        new StreamableHTTPClientTransport(url) as unknown as Parameters<Client["connect"]>[0],
      );
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.close();
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

/** The text of a tool's answer. */
export function textOf(result: { readonly [key: string]: unknown }): string {
  const content = result.content as readonly { readonly type: string; readonly text?: string }[] | undefined;
  return content?.map(({ text }) => text ?? "").join("\n") ?? "";
}
