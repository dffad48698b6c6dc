import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { failureMetaKey } from "../../src/protocol/tool-answers.ts";
import type { AnyRuntime } from "./runtimes.ts";
import { overHttp, overStdio, textOf } from "./server-process.ts";

/** The ways in which a client reaches the executable. */
export const transports = ["stdio", "http"] as const;
export type Transport = (typeof transports)[number];

export interface ReachedServer extends AsyncDisposable {
  readonly client: Client;
  /** What the server has written to stderr so far. */
  readonly stderr: () => string;
}

/** The executable in a process of its own, with a real client that reaches it this way. */
export async function serverOver(
  transport: Transport,
  runtime: AnyRuntime,
  args: readonly string[] = [],
  env?: Readonly<Record<string, string>>,
): Promise<ReachedServer> {
  if (transport === "stdio") return overStdio(runtime, args, env);
  const serving = await overHttp(runtime, args, env);
  return {
    client: await serving.connect(),
    stderr: serving.stderr,
    [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose](),
  };
}

/** A tool's answer as a client gets it, taken apart. */
export interface Answered {
  readonly isError: boolean;
  readonly text: string;
  readonly structuredContent: unknown;
  /** What a failed call says for programs. */
  readonly failure: Readonly<Record<string, unknown>>;
  /** All of it. */
  readonly whole: unknown;
}

export async function statusOf(client: Client, invocationArn: string): Promise<Answered> {
  const whole = await client.callTool({
    name: "get_data_automation_status",
    arguments: { invocationArn },
  });
  return {
    isError: whole.isError === true,
    text: textOf(whole),
    structuredContent: whole.structuredContent,
    failure: { ...(whole._meta?.[failureMetaKey] as object | undefined) },
    whole,
  };
}
