// Revision 2026-07-28 as it goes over the wire, good and bad.
import { modernRevision } from "../support/modern-client.ts";
import { LineReader, pipedServer } from "../support/raw-stdio.ts";
import type { AnyRuntime } from "../support/runtimes.ts";
import { testKeys } from "../support/server-process.ts";

const prefix = "io.modelcontextprotocol/";
export const versionKey = `${prefix}protocolVersion`;
export const capabilitiesKey = `${prefix}clientCapabilities`;
export const subscriptionKey = `${prefix}subscriptionId`;

/** What every request says of itself and of its client. */
export function metaOf(version: string = modernRevision, capabilities: object = {}) {
  return {
    [versionKey]: version,
    [`${prefix}clientInfo`]: { name: "raw", version: "1" },
    [capabilitiesKey]: capabilities,
  };
}

export interface RawRequest {
  readonly jsonrpc: "2.0";
  readonly id: string | number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export function request(id: string | number, method: string, params: object = {}): RawRequest {
  return { jsonrpc: "2.0", id, method, params: { _meta: metaOf(), ...params } };
}

export interface RawAnswer {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** The headers that go with a request. */
export function headersOf({ method, params }: RawRequest): Record<string, string> {
  const name = params.name ?? params.uri ?? params.taskId;
  return {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": modernRevision,
    "mcp-method": method,
    ...(typeof name === "string" ? { "mcp-name": name } : {}),
  };
}

export async function post(
  url: URL,
  message: RawRequest,
  init: Omit<RequestInit, "headers"> & { readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  const headers = { ...headersOf(message), ...init.headers };
  return await fetch(url, { method: "POST", body: JSON.stringify(message), ...init, headers });
}

export async function posted(...given: Parameters<typeof post>): Promise<[number, RawAnswer]> {
  const response = await post(...given);
  return [response.status, await answerOf(response)];
}

/** The answer to a request, by JSON or by the last event of a stream. */
export async function answerOf(response: Response): Promise<RawAnswer> {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return await response.json();
  const last = (await Array.fromAsync(eventsOf(response))).at(-1);
  if (last === undefined) throw new Error("the stream ended without an answer");
  return last;
}

/** The messages of an event stream, as they come. */
export async function* eventsOf(response: Response): AsyncGenerator<RawAnswer> {
  if (response.body === null) return;
  let rest = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = block.split("\n").find((line) => line.startsWith("data: "));
      if (data !== undefined) yield JSON.parse(data.slice(6));
    }
  }
}

export interface RawPipe extends AsyncDisposable {
  readonly child: Bun.Subprocess<"pipe", "pipe", "pipe">;
  /** Writes messages, or whatever is given, one a line. */
  write(...messages: readonly unknown[]): void;
  /** The next message. */
  next(): Promise<RawAnswer>;
  /** Writes them, and gives all that comes before the answer to a good request of this revision after them. */
  answersTo(...messages: readonly unknown[]): Promise<RawAnswer[]>;
  readonly stderr: Promise<string>;
}

/** A server whose stdin takes anything. */
export function rawPipe(
  runtime: AnyRuntime,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = testKeys,
): RawPipe {
  const child = pipedServer(runtime, args, env);
  const lines = new LineReader(child.stdout);
  let asked = 0;

  const pipe: RawPipe = {
    child,
    stderr: new Response(child.stderr).text(),
    write(...messages) {
      for (const message of messages) {
        child.stdin.write(`${typeof message === "string" ? message : JSON.stringify(message)}\n`);
      }
      child.stdin.flush();
    },
    next: async () => JSON.parse(await lines.next()),
    async answersTo(...messages) {
      asked += 1;
      const id = `good ${asked}`;
      pipe.write(...messages, request(id, "prompts/list"));
      const answers: RawAnswer[] = [];
      for (;;) {
        const answer = await pipe.next();
        if (answer.id === id) {
          if (answer.result?.prompts === undefined) throw new Error(JSON.stringify(answer));
          return answers;
        }
        answers.push(answer);
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
  return pipe;
}
