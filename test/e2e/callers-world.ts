import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { systemClock } from "../../src/ports.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { answerOf, eventsOf, metaOf, post, type RawAnswer, request } from "../eras/raw.ts";
import { audience, type FakeIssuer, fakeIssuer } from "../support/fake-issuer.ts";
import { modernRevision, tasksExtension } from "../support/modern-client.ts";
import type { AnyRuntime } from "../support/runtimes.ts";
import { overHttp } from "../support/server-process.ts";
import { clientWith } from "../support/signed-in.ts";

export const role = "arn:aws:iam::111122223333:role/readers/bda-reader";

/** What a server knows its callers by. */
export const kinds = ["named tokens", "an issuer's tokens"] as const;
export type Kind = (typeof kinds)[number];

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

/** What becomes of AssumeRole's good answers: the XML, and the how manyth it is. */
export type Changed = (xml: string, count: number) => string;

/** STS, the service and S3, which check every signature; with a note of who signed what. */
export function signedAws(instead: Instead = () => undefined, changed: Changed = (xml) => xml): Aws {
  const { app, credentials } = createSimulator({ clock: systemClock });
  const requests: Signed[] = [];
  let assumed = 0;
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
      if (!body.includes("Action=AssumeRole")) return answer;
      assumed += 1;
      const xml = changed(await answer.text(), assumed);
      const given = /<AccessKeyId>(.*)<\/AccessKeyId>/.exec(xml)?.[1];
      const session = new URLSearchParams(body).get("RoleSessionName");
      if (given !== undefined && session !== null) holders.set(given, session);
      return new Response(xml, answer);
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

/** One who calls. */
export interface Person {
  /** The SDK's client of the revisions up to 2025-11-25. */
  readonly client: Client;
  /** Sends one request of revision 2026-07-28, of a client that knows tasks. */
  readonly ask: (method: string, params: object) => Promise<RawAnswer>;
  /** Listens to a job's changes in that revision, until the caller leaves. */
  readonly listen: (uri: string, signal: AbortSignal) => Promise<AsyncGenerator<RawAnswer>>;
}

export interface Team extends AsyncDisposable {
  readonly alice: Person;
  readonly bob: Person;
  /** Where the server knows its callers by them. */
  readonly issuer: FakeIssuer | undefined;
  readonly url: URL;
  readonly stderr: () => string;
}

const ownTokens = { alice: "the-token-that-alice-has", bob: "the-token-that-bob-has" } as const;

/** The executable over HTTP, for two who are known by tokens of this kind. */
export async function serverForTwo(
  kind: Kind,
  runtime: AnyRuntime,
  aws: Pick<Aws, "env">,
  args: readonly string[] = [],
): Promise<Team> {
  const issuer = kind === "named tokens" ? undefined : await fakeIssuer();
  const server = await overHttp(
    runtime,
    issuer === undefined ? args : [...args, "--oidc-issuer", issuer.url, "--oidc-audience", audience],
    {
      ...aws.env,
      ...(issuer === undefined
        ? { BDA_MCP_AUTH_TOKEN: `alice=${ownTokens.alice},bob=${ownTokens.bob}` }
        : {}),
    },
  );
  const tokenOf = async (name: "alice" | "bob") =>
    (await issuer?.token({ claims: { sub: name } })) ?? ownTokens[name];
  const alice = await personWith(await tokenOf("alice"), server.url);
  const bob = await personWith(await tokenOf("bob"), server.url);
  return {
    alice,
    bob,
    issuer,
    url: server.url,
    stderr: server.stderr,
    async [Symbol.asyncDispose]() {
      await Promise.all([alice.client.close(), bob.client.close()]);
      await server[Symbol.asyncDispose]();
      await issuer?.[Symbol.asyncDispose]();
    },
  };
}

async function personWith(token: string, url: URL): Promise<Person> {
  const headers = { authorization: `Bearer ${token}` };
  const meta = { _meta: metaOf(modernRevision, { extensions: { [tasksExtension]: {} } }) };
  return {
    client: await clientWith(token, url),
    async ask(method, params) {
      const answer = await post(url, request(1, method, { ...params, ...meta }), { headers });
      return await answerOf(answer);
    },
    async listen(uri, signal) {
      const notifications = { resourceSubscriptions: [uri] };
      const asked = request(1, "subscriptions/listen", { notifications, ...meta });
      return eventsOf(await post(url, asked, { headers, signal }));
    },
  };
}
