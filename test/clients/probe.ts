/** Where a client's program finds the server: a command to start, over stdio, or an address, over HTTP. */
export type Target =
  | { readonly command: string; readonly args: string[]; readonly env: Record<string, string> }
  | { readonly url: string };

/** What a client hands to whoever called a tool through it. */
export interface Handed {
  readonly text: string;
  readonly isError?: boolean;
  readonly structured?: unknown;
}

export interface Connected {
  /** The tools' names as this client calls them. */
  readonly tools: readonly string[];
  /** Calls `get_data_automation_status`. */
  status(invocationArn: string): Promise<Handed>;
  close(): Promise<unknown>;
}

/** What a client's program prints. */
export interface Seen {
  readonly tools: readonly string[];
  readonly succeeded: Handed;
  readonly missing: Handed;
  readonly project: Handed;
}

const arnOf = (kind: string, id: string) => `arn:aws:bedrock:us-east-1:111122223333:${kind}/${id}`;

/** Lists, asks about a job that succeeded, one that there is not and what is no job, and prints what came of it. */
export async function report(connect: (target: Target) => Promise<Connected>): Promise<void> {
  const client = await connect(JSON.parse(process.argv[2] ?? ""));
  const ask = (arn: string) =>
    client.status(arn).catch((thrown: unknown) => ({
      text: thrown instanceof Error ? thrown.message : String(thrown),
      isError: true,
    }));
  const seen: Seen = {
    tools: client.tools,
    succeeded: await ask(arnOf("data-automation-invocation", "sim-success")),
    missing: await ask(arnOf("data-automation-invocation", "there-is-none")),
    project: await ask(arnOf("data-automation-project", "0a1b2c3d")),
  };
  await client.close();
  process.stdout.write(`seen ${JSON.stringify(seen)}\n`);
  // Some clients leave timers or agents behind.
  process.exit(0);
}

/** A result as MCP has it. */
export function fromResult(result: unknown): Handed {
  // Every client has a type of its own for the same JSON.
  const { content, isError, structuredContent } = result as {
    readonly content: readonly { readonly type: string; readonly text?: string }[];
    readonly isError?: boolean;
    readonly structuredContent?: unknown;
  };
  return {
    text: content.map(({ text }) => text ?? "").join("\n"),
    ...(isError === undefined ? {} : { isError }),
    ...(structuredContent === undefined ? {} : { structured: structuredContent }),
  };
}

export const statusTool = "get_data_automation_status";
