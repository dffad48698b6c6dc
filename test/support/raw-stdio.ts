import { mainOf } from "./built.ts";
import { type AnyRuntime, cleanEnv, commandOf, type Finished, root } from "./runtimes.ts";

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
  const child = Bun.spawn(commandOf(runtime, mainOf(runtime), args), {
    cwd: root,
    env: cleanEnv(env),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
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
