import "./no-proxy.ts";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { AnyRuntime } from "./runtimes.ts";
import { overHttp, stdioTarget, testKeys } from "./server-process.ts";
import type { Transport } from "./transports.ts";

export const modernRevision = "2026-07-28";
/** MCP's name for tasks in this revision. */
export const tasksExtension = "io.modelcontextprotocol/tasks";

export interface ModernServer extends AsyncDisposable {
  readonly client: Client;
  /** What the server has written to stderr so far. */
  readonly stderr: () => string;
  readonly stop: () => Promise<void>;
}

/** The SDK's second client, which looks with `server/discover` what there is, and speaks revision 2026-07-28. */
export function modernClient(extensions: Record<string, Record<string, string>> = {}): Client {
  return new Client(
    { name: "test", version: "1" },
    { versionNegotiation: { mode: "auto" }, capabilities: { extensions } },
  );
}

/** The executable in a process of its own, with a client of this revision that reaches it this way. */
export async function modernOver(
  transport: Transport,
  runtime: AnyRuntime,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = testKeys,
  client: Client = modernClient(),
): Promise<ModernServer> {
  if (transport === "http") {
    const serving = await overHttp(runtime, args, env);
    await client.connect(new StreamableHTTPClientTransport(serving.url));
    return {
      client,
      stderr: serving.stderr,
      stop: async () => {
        serving.process.kill("SIGTERM");
        await serving.process.exited;
      },
      async [Symbol.asyncDispose]() {
        await client.close();
        await serving[Symbol.asyncDispose]();
      },
    };
  }
  const pipe = new StdioClientTransport(stdioTarget(runtime, args, env));
  let stderr = "";
  pipe.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  await client.connect(pipe);
  return {
    client,
    stderr: () => stderr,
    stop: async () => {
      if (pipe.pid !== null) process.kill(pipe.pid, "SIGTERM");
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
