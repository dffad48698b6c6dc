import { mainOf } from "./built.ts";
import { type AnyRuntime, cleanEnv, commandOf, type Finished, root } from "./runtimes.ts";

/** The executable over stdio, with its three pipes in the hands of a test. */
export function pipedServer(
  runtime: AnyRuntime,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Bun.Subprocess<"pipe", "pipe", "pipe"> {
  return Bun.spawn(commandOf(runtime, mainOf(runtime), args), {
    cwd: root,
    env: cleanEnv(env),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
}

/** What comes out of a pipe, line by line. */
export class LineReader {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next one. @throws Error at the end */
  async next(): Promise<string> {
    for (let end = this.#rest.indexOf("\n"); ; end = this.#rest.indexOf("\n")) {
      if (end !== -1) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      const { done, value } = await this.#reader.read();
      if (done) throw new Error("the server ended");
      this.#rest += value;
    }
  }

  /** Reads no more, and closes the pipe. */
  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

/**
 * A whole conversation over stdio, byte for byte: sends the requests, waits for the answer to each, ends the input and
 * gives all that came out.
 */
export async function converse(
  runtime: AnyRuntime,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  requests: readonly { readonly method: string; readonly params: object }[],
): Promise<Finished> {
  const child = pipedServer(runtime, args, env);
  const stderr = new Response(child.stderr).text();
  const opening = {
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "pipe", version: "1" } },
  };
  for (const [id, request] of [opening, ...requests].entries()) {
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, ...request })}\n`);
  }
  child.stdin.flush();
  let stdout = "";
  for await (const chunk of child.stdout) {
    stdout += new TextDecoder().decode(chunk);
    if (stdout.split("\n").length > requests.length + 1) child.stdin.end();
  }
  return { code: await child.exited, stdout, stderr: await stderr };
}
