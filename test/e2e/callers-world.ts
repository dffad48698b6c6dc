import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { CallerTag } from "../../src/aws/role-session.ts";
import { systemClock } from "../../src/ports.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { type Runtime, root } from "../support/runtimes.ts";
import { overHttp } from "../support/server-process.ts";
import { clientWith } from "../support/signed-in.ts";

export const role = "arn:aws:iam::111122223333:role/readers/bda-reader";

/** Stands in for signing in: the server takes callers at their word. */
export const callersServer = `${root}test/support/callers-server.ts`;

/** A server for callers who act with the role's rights. */
export function serverForCallers(
  runtime: Runtime,
  { env }: Pick<Aws, "env">,
  args: readonly string[],
  tags: readonly CallerTag[] = [],
) {
  // Without a way to tell callers apart no server starts with a role for them.
  const more = {
    BDA_MCP_AUTH_TOKEN: "anybody=a-token-of-some-length",
    TEST_CALLER_TAGS: JSON.stringify(tags),
  };
  return overHttp(runtime, args, { ...env, ...more }, callersServer);
}

/** What someone shows who signed in with these claims. */
export function tokenOf(claims: Readonly<Record<string, unknown>>): string {
  return `claims.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
}

/** One request to AWS, as it arrived, and who signed it. */
export interface Signed {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** `server`, or the session that the key was given to by AssumeRole. */
  readonly by: string;
}

export interface Aws extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly requests: readonly Signed[];
  /** The forms of AssumeRole, in order. */
  roleRequests(): readonly Readonly<Record<string, string>>[];
}

/** What is answered in AWS's place, where anything is. */
export type Instead = (request: Signed) => Response | undefined | Promise<Response | undefined>;

/** STS, the service and S3, which check every signature; with a note of who signed what. */
export function signedAws(instead: Instead = () => undefined): Aws {
  const { app, credentials } = createSimulator({ clock: systemClock });
  const requests: Signed[] = [];
  const holders = new Map([[credentials.accessKeyId, "server"]]);
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const body = await request.clone().text();
      const keyId = /Credential=([^/]+)/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "nobody";
      const by = holders.get(keyId) ?? `unknown key ${keyId}`;
      const signed = { method: request.method, path: new URL(request.url).pathname, body, by };
      requests.push(signed);
      const answer = (await instead(signed)) ?? (await app.fetch(request));
      if (body.includes("Action=AssumeRole")) {
        const given = /<AccessKeyId>(.*)<\/AccessKeyId>/.exec(await answer.clone().text())?.[1];
        const session = new URLSearchParams(body).get("RoleSessionName");
        if (given !== undefined && session !== null) holders.set(given, session);
      }
      return answer;
    },
  });
  return {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${server.port}`,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    requests,
    roleRequests: () =>
      requests
        .filter(({ body }) => body.includes("Action=AssumeRole"))
        .map(({ body }) => Object.fromEntries(new URLSearchParams(body))),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

export interface Team extends AsyncDisposable {
  readonly url: URL;
  readonly alice: Client;
  readonly bob: Client;
  readonly stderr: () => string;
}

/** A server for two, each with a static token of their own. */
export async function serverForTwo(
  runtime: Runtime,
  aws: Pick<Aws, "env">,
  args: readonly string[] = ["--caller-role", role],
): Promise<Team> {
  const server = await serverForCallers(runtime, aws, args);
  const [alice, bob] = [await clientWith("alice", server.url), await clientWith("bob", server.url)];
  return {
    url: server.url,
    alice,
    bob,
    stderr: server.stderr,
    async [Symbol.asyncDispose]() {
      await Promise.all([alice.close(), bob.close()]);
      await server[Symbol.asyncDispose]();
    },
  };
}
